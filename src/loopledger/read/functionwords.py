"""Function words: determiners, pronouns, prepositions, conjunctions, adverbs, "that" and "to"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loopledger.read.items import Mark, NounPhrase, Tag
from loopledger.read.lexicon import closed
from loopledger.read.lexicon.closed import AUXILIARIES
from loopledger.read.lexicon.inflect import Form
from loopledger.read.lexicon.nouns import NOUN_CLASS
from loopledger.read.lexicon.verbs import VERB_FORMS
from loopledger.read.tokens import Token
from loopledger.read.verbal import is_infinitive, looks_verbal
from loopledger.read.verbgroups import take_verb_group

if TYPE_CHECKING:
    from loopledger.read.chunks import Run

__all__ = ["take_function_word"]


def take_function_word(run: Run, token: Token) -> bool:  # noqa: C901, PLR0912  (one branch for each construction)
    """Read a function word here; False if the word is none."""
    low = token.low
    if low == "that":
        return _that(run, token)
    if low in closed.RELATIVES:
        run.advance(Mark(Tag.REL, token.start, token.end, low))
    elif low == "to":
        if is_infinitive(run):
            take_verb_group(run, run.at)
        else:
            run.advance(Mark(Tag.PREP, token.start, token.end, low))
    elif low in ("may", "march") and token.is_capitalised and run.at > 0:
        _time(run, token)
    elif low in AUXILIARIES:
        take_verb_group(run, run.at)
    elif low in closed.DETERMINERS and low != "no":
        _determiner(run, token)
    elif (
        low in closed.PRONOUNS
        and token.text not in ("IT", "US")
        and not (low == "one" and run.np is not None)
    ):
        run.close()
        run.advance(NounPhrase(Tag.NP, token.start, token.end, pronoun=low))
    elif low in closed.CONJUNCTIONS:
        run.advance(Mark(Tag.CC, token.start, token.end, low))
    elif low == "provided" and not run.followed_by("that"):
        return False
    elif low in closed.SUBORDINATORS and not (low in closed.PREPOSITIONS and _starts_np(run, run.at + 1)):
        if low == "as":
            run.advance(Mark(Tag.PREP, token.start, token.end, low))
        else:
            run.advance(Mark(Tag.SUB, token.start, token.end, low))
    elif low in closed.PREPOSITIONS:
        run.advance(Mark(Tag.PREP, token.start, token.end, low))
    elif low in ("not", "never"):
        run.advance(Mark(Tag.ADV, token.start, token.end, low))
    elif low in ("together", "along", "jointly") and run.followed_by("with"):
        run.push(Mark(Tag.PREP, token.start, run.tokens[run.at + 1].end, "together with"))
        run.at += 2
    elif low in closed.POSTNOMINAL and run.np is not None and (run.np.head or run.np.figures):
        run.close()
        run.at += 1
    elif run.is_adverb(low) and (not token.is_capitalised or run.at == 0):
        _adverb(run)
    else:
        return False
    return True


def _that(run: Run, token: Token) -> bool:
    following = run.tokens[run.at + 1] if run.at + 1 < len(run.tokens) else None
    after_np = run.np is not None or (bool(run.items) and run.items[-1].tag in (Tag.NP, Tag.COMMA))
    if (
        following is not None
        and after_np
        and (following.low in AUXILIARIES or looks_verbal(run, run.at + 1) or _bare_verb(following))
    ):
        run.advance(Mark(Tag.REL, token.start, token.end, "that"))
    elif (
        following is not None
        and not after_np
        and following.low not in closed.DETERMINERS
        and not following.is_capitalised
        and following.low not in closed.PRONOUNS
        and following.is_word
        and not (run.items and run.items[-1].tag is Tag.VG)
    ):
        _determiner(run, token)
    else:
        run.advance(Mark(Tag.THAT, token.start, token.end, "that"))
    return True


def _bare_verb(token: Token) -> bool:
    """Whether a word after "that" is a verb in the plural: "leases with X that lock in $5 million"."""
    forms = {form for _, form in VERB_FORMS.get(token.low, ())}
    return Form.BASE in forms and token.low not in NOUN_CLASS and not token.is_capitalised


def _determiner(run: Run, token: Token) -> None:
    following = run.tokens[run.at + 1].low if run.at + 1 < len(run.tokens) else ""
    run.close()
    pronominal = (
        following in AUXILIARIES
        or following in closed.PREPOSITIONS
        or (run.at + 1 not in run.figure_at and (not following or not following[0].isalnum()))
    )
    if token.low in ("another", "both", "each", "these", "those", "this", "either", "some", "all") and (
        pronominal or (token.low in ("each", "both", "this") and looks_verbal(run, run.at + 1))
    ):
        run.advance(NounPhrase(Tag.NP, token.start, token.end, pronoun=token.low))
        return
    np = run.open_phrase(token)
    np.determiner = token.low
    run.at += 1


def _adverb(run: Run) -> None:
    """Skip an adverb; inside a noun phrase it does not end it ("a newly built hall")."""
    if run.np is not None and (run.np.head or run.np.entity or run.np.names or run.np.figures):
        run.close()
    run.at += 1


def _time(run: Run, token: Token) -> None:
    np = run.open_phrase(token)
    np.is_time = True
    np.words.append(token.low)
    np.head = token.low
    run.at += 1


def _starts_np(run: Run, i: int) -> bool:
    return i < len(run.tokens) and (
        run.tokens[i].low in closed.DETERMINERS or i in run.figure_at or run.tokens[i].is_capitalised
    )
