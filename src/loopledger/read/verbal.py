"""Whether a word that may be a noun or a verb is a verb where it stands."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from loopledger.read.items import Item, NounPhrase, Tag, VerbGroup
from loopledger.read.lexicon import closed
from loopledger.read.lexicon.closed import AUXILIARIES, QUANTIFIERS, TIME_WORDS, is_adjective
from loopledger.read.lexicon.inflect import Form, singular
from loopledger.read.lexicon.names import COMMON_CAPITALS
from loopledger.read.lexicon.nouns import NOUN_CLASS
from loopledger.read.lexicon.roles import ORGANISATION_NOUNS
from loopledger.read.lexicon.verbs import (
    NEVER_NOUNS,
    PARTICLES,
    SURE_GERUNDS,
    SURE_VERBS,
    VERB_FORMS,
    VERBS_BY_POSITION,
)
from loopledger.read.quantities import FigureKind
from loopledger.read.tokens import Token
from loopledger.read.verbgroups import take_verb_group

if TYPE_CHECKING:
    from loopledger.read.chunks import Run


def is_infinitive(run: Run) -> bool:
    """Whether "to" begins an infinitive here."""
    i = run.at + 1
    while i < len(run.tokens) and run.is_adverb(run.tokens[i].low) and run.tokens[i].low not in VERB_FORMS:
        i += 1
    if i >= len(run.tokens) or i in run.figure_at:
        return False
    low = run.tokens[i].low
    if low in ("be", "have"):
        return True
    if any(form is Form.BASE for _, form in VERB_FORMS.get(low, ())):
        following = run.tokens[i + 1].low if i + 1 < len(run.tokens) else ""
        return not (following in ("from", "of") and low in ("order", "loan", "lease", "charter"))
    return False


def looks_verbal(run: Run, i: int) -> bool:
    """Whether a token, standing after a noun phrase, is its verb rather than a further noun."""
    if i >= len(run.tokens):
        return False
    low = run.tokens[i].low
    readings = VERB_FORMS.get(low)
    if low in AUXILIARIES:
        return True
    if readings is None:
        return False
    return _verb_after_noun(run, i, readings)


def _verb_after_noun(run: Run, i: int, readings: Iterable[tuple[str, Form]]) -> bool:  # noqa: C901  (one branch for each construction)
    following = run.tokens[i + 1] if i + 1 < len(run.tokens) else None
    forms = {form for _, form in readings}
    low = run.tokens[i].low
    if low in ("amount", "aggregate", "total") and _sizes(run, i):
        return True
    opens = following is not None and (
        following.low in closed.DETERMINERS
        or i + 1 in run.figure_at
        or following.low in ("to", "that", "it")
        or may_be_name(following)
        or following.low in QUANTIFIERS
        or (following.low in closed.PREPOSITIONS and following.low != "of")
    )
    if Form.PAST in forms or Form.PARTICIPLE in forms:
        if low in ("bound", "put", "cut", "set", "left", "led", "let") or Form.BASE not in forms:
            nominal_after = (
                following is not None and following.is_word and not opens and not run.is_adverb(following.low)
            )
            return not (nominal_after and run.np is not None and not run.np.head and not run.np.names)
        return opens
    if Form.GERUND in forms and low in NOUN_CLASS and run.np is not None and run.np.head in NOUN_CLASS:
        return False  # "debt financing"
    if Form.GERUND in forms:
        return following is not None and (opens and following.low != "of")
    if Form.THIRD in forms:
        np = run.np
        if low in NEVER_NOUNS:
            return True
        org = np is not None and (
            np.entity is not None
            or (np.head in ORGANISATION_NOUNS and not np.is_plural and bool(np.determiner))
        )
        if org and singular(low) not in NOUN_CLASS and following is not None:
            return following.is_word or opens
        if (
            org
            and np is not None
            and not np.is_plural
            and f"{low}" in VERBS_BY_POSITION
            and _no_verb_after(run, i)
        ):
            return True
        if np is not None and (np.is_plural or not (np.determiner or np.names or np.entity or np.figures)):
            return False
        return (
            opens
            or following is None
            or run.is_adverb(following.low)
            or (np is not None and np.entity is not None and following.is_word and low in SURE_VERBS)
        )
    return (
        opens
        and following is not None
        and (following.low not in closed.PREPOSITIONS or low in SURE_VERBS)
        and (run.np is not None and (run.np.is_plural or run.np.entity is not None))
    )


def _sizes(run: Run, i: int) -> bool:
    """Whether a sum follows: "payments over the term aggregate $5 million", "fees amount to $2 million"."""
    to = run.tokens[i].low == "amount"
    if to and not (i + 1 < len(run.tokens) and run.tokens[i + 1].low == "to"):
        return False
    figure = run.figure_at.get(i + 2 if to else i + 1)
    return (
        figure is not None
        and figure.is_quantity
        and (run.np is not None or (bool(run.items) and run.items[-1].tag is Tag.NP))
    )


def _no_verb_after(run: Run, i: int) -> bool:
    """Whether the rest of the sentence holds no other verb: "Y leases halls from Z"."""
    rest = run.tokens[i + 1 :]
    return not any(
        t.low in AUXILIARIES or any(form is Form.PAST for _, form in VERB_FORMS.get(t.low, ())) for t in rest
    )


def take_verb(run: Run, token: Token) -> bool:  # noqa: C901, PLR0912  (one branch for each construction)
    """Read a verb group here, if the word is a verb where it stands."""
    readings = VERB_FORMS.get(token.low)
    if token.low == "last" and run.at + 1 < len(run.tokens) and run.tokens[run.at + 1].low in TIME_WORDS:
        return False
    if readings is None:
        return _unknown_verb(run, token)
    np = run.np
    in_phrase = np is not None and not (np.head or np.entity or np.names or np.figures)
    if in_phrase:  # after a bare determiner or possessive: "the ordered goods", "its purchase"
        return False
    previous = run.items[-1] if run.items and np is None else None
    forms = {form for _, form in readings}
    if np is None:
        if isinstance(previous, NounPhrase) and previous.pronoun:
            take_verb_group(run, run.at)
            return True
        if previous is not None and previous.tag is Tag.PREP:
            if Form.GERUND in forms and _gerund_governs(run):
                take_verb_group(run, run.at)
                return True
            return False
        if previous is not None and previous.tag is Tag.VG:
            following = run.tokens[run.at + 1].low if run.at + 1 < len(run.tokens) else ""
            noun = token.low in NOUN_CLASS and following in closed.PREPOSITIONS
            if Form.GERUND not in forms or noun:
                return False  # "buys computing from"
        if previous is not None and previous.tag in (Tag.NP, Tag.CLOSE):
            if _verb_after_noun(run, run.at, readings):
                take_verb_group(run, run.at)
                return True
            return False
        return _verb_at_clause_start(run, token, forms, previous)
    if np.determiner == "'s" and not np.head and not np.entity:
        return False
    if Form.GERUND in forms and token.low in NOUN_CLASS and np.figure is not None:
        return False
    if token.low == "building" and np.figure is not None and np.determiner:
        return False  # "the 90-megawatt building"
    if (
        Form.THIRD in forms
        and singular(token.low) in NOUN_CLASS
        and (
            np.head == "product"
            or (np.figures and np.figures[-1].kind in (FigureKind.COUNT, FigureKind.TERM))
        )
    ):
        return False
    adjective = bool(np.head and np.words and is_adjective(np.words[-1]))
    if adjective and (Form.THIRD not in forms or singular(token.low) in NOUN_CLASS):
        return False  # "the senior notes"
    if Form.GERUND in forms and token.low in NOUN_CLASS and np.words and "-" in np.words[-1]:
        return False  # "long-dated funding"
    if _verb_after_noun(run, run.at, readings):
        take_verb_group(run, run.at)
        return True
    return False


def _gerund_governs(run: Run) -> bool:
    following = run.tokens[run.at + 1] if run.at + 1 < len(run.tokens) else None
    return following is not None and (
        following.low in closed.DETERMINERS
        or run.at + 1 in run.figure_at
        or may_be_name(following)
        or following.low in closed.PRONOUNS
        or following.low in PARTICLES
        or (following.low in ("for", "with", "from", "to") and run.tokens[run.at].low not in NOUN_CLASS)
        or (
            following.is_word
            and following.low not in closed.PREPOSITIONS
            and following.low not in AUXILIARIES
            and run.tokens[run.at].low in SURE_GERUNDS
        )
    )


def _verb_at_clause_start(run: Run, token: Token, forms: set[Form], previous: Item | None) -> bool:
    """After a comma, conjunction, adverb or nothing at all."""
    following = run.tokens[run.at + 1] if run.at + 1 < len(run.tokens) else None
    if following is None:
        return False
    governs = (
        following.low in closed.DETERMINERS
        or run.at + 1 in run.figure_at
        or may_be_name(following)
        or following.low in closed.PREPOSITIONS
        or following.low in ("to", "that")
        or following.low in PARTICLES
        or following.low in closed.PRONOUNS
    )
    after_verb = any(item.tag is Tag.VG for item in run.items) or (
        previous is not None and previous.tag is Tag.REL
    )
    if Form.GERUND in forms:
        after_comma = (
            previous is not None
            and previous.tag is Tag.COMMA
            and (
                after_verb
                or (len(run.items) >= 2 and run.items[-2].tag is Tag.NP and token.low not in NOUN_CLASS)
            )
        )
        if governs or after_comma or (following.is_word and token.low in SURE_GERUNDS):
            take_verb_group(run, run.at)
            return True
        return False
    if Form.PAST in forms or Form.PARTICIPLE in forms or Form.THIRD in forms:
        if (governs or run.is_adverb(following.low)) and (
            after_verb or previous is None or previous.tag is Tag.COMMA
        ):
            take_verb_group(run, run.at)
            return True
        return after_verb and token.low in SURE_VERBS and _go_verb(run)
    if (
        Form.BASE in forms
        and after_verb
        and previous is not None
        and previous.tag in (Tag.CC, Tag.REL, Tag.ADV)
        and governs
    ):
        return _go_verb(run)
    if previous is not None and previous.tag is Tag.REL and Form.BASE in forms:
        return _go_verb(run)
    joined = previous is not None and previous.tag is Tag.CC and _follows_modal(run)
    if Form.BASE in forms and joined and following.is_word and token.low not in NOUN_CLASS:
        return _go_verb(run)  # "will back the rent and receive warrants"
    return False


def _follows_modal(run: Run) -> bool:
    """Whether the last verb before takes a bare form: "will pay ... and receive"."""
    last = next((item for item in reversed(run.items) if isinstance(item, VerbGroup)), None)
    return last is not None and (bool(last.modal) or last.is_infinitive)


def _go_verb(run: Run) -> bool:
    take_verb_group(run, run.at)
    return True


def _unknown_verb(run: Run, token: Token) -> bool:
    low = token.low
    np = run.np
    if token.is_capitalised or not low.endswith("ed") or len(low) < 5 or "-" in low:
        return False
    if (
        np is None
        or (not np.head and np.entity is None)
        or np.is_time
        or (np.words and is_adjective(np.words[-1]))
    ):
        return False
    run.push(VerbGroup(Tag.VG, token.start, token.end, lemma=low, form=Form.PAST, is_bare=True))
    run.at += 1
    return True


def may_be_name(token: Token) -> bool:
    """Whether a capitalised word may be a party's name."""
    return token.is_capitalised and token.low not in COMMON_CAPITALS
