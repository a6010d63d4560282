"""Sentences to items: where noun phrases and verb groups begin and end."""

from __future__ import annotations

from collections.abc import Iterable

from loopledger.read.discourse import Discourse
from loopledger.read.items import Item, Mark, Name, NounPhrase, Tag, VerbGroup
from loopledger.read.lexicon import closed
from loopledger.read.lexicon.inflect import Form, inflected, singular
from loopledger.read.lexicon.names import COMMON_CAPITALS, DAYS, DEMONYMS, MONTHS
from loopledger.read.lexicon.nouns import NOUN_CLASS
from loopledger.read.lexicon.roles import ORGANISATION_NOUNS
from loopledger.read.lexicon.verbs import FRAMES, PARTICLES, VERB_FORMS
from loopledger.read.names import NameFinder
from loopledger.read.quantities import Figure, FigureKind, figures
from loopledger.read.tokens import Token, tokenize
from loopledger.read.world import World

__all__ = ["Chunker"]


_NOT_ADVERBS = frozenset("supply family assembly july italy only monthly yearly weekly daily early friendly costly anomaly rally reply ally tally fly apply rely multiply quarterly".split())  # fmt: skip
_TIME = frozenset("year years month months week weeks day days quarter quarters half time decade decades summer autumn winter spring today yesterday tomorrow morning afternoon evening night".split()) | DAYS | frozenset(MONTHS)  # fmt: skip
_AUXILIARIES = closed.MODALS | closed.BE | closed.HAVE | closed.DO
_MARKS = {",": Tag.COMMA, ";": Tag.STOP, ":": Tag.STOP, "\u2014": Tag.STOP, "\u2013": Tag.STOP,
          "(": Tag.OPEN, ")": Tag.CLOSE, "[": Tag.OPEN, "]": Tag.CLOSE}  # fmt: skip
_INSERTED = frozenset(
    "addition turn return exchange effect total time future parallel fact particular principle part".split()
)
_PHRASE_NOUNS = frozenset(
    {("letter", "credit"), ("line", "credit"), ("letter", "intent"), ("memorandum", "understanding")}
)
_OPENERS = frozenset("a an the its their this that these those our".split())


class Chunker:
    """Groups the tokens of one sentence after another.

    Parameters
    ----------
    world : World
    discourse : Discourse
    names : NameFinder
    """

    def __init__(self, world: World, discourse: Discourse, names: NameFinder) -> None:
        self._world, self._discourse, self._names = world, discourse, names

    def items(self, text: str, tokens: list[Token] | None = None) -> list[Item]:
        """Return the items of a sentence, from left to right; ``tokens`` if they are known already."""
        self._names.begin(text)
        run = _Run(text, tokenize(text) if tokens is None else tokens, self._names)
        run.go()
        return run.items


class _Run:
    """The state of grouping one sentence."""

    def __init__(self, text: str, tokens: list[Token], names: NameFinder) -> None:
        self.text = text
        self.names = names
        self.tokens = tokens
        self.items: list[Item] = []
        self.np: NounPhrase | None = None
        self._figure_at = self._figures()
        self._i = 0

    def _figures(self) -> dict[int, Figure]:
        """Return the figures by the number of their first token."""
        starts = {}
        found = figures(self.text)
        k = 0
        for number, token in enumerate(self.tokens):
            while k < len(found) and found[k].end <= token.start:
                k += 1
            if k < len(found) and token.start >= found[k].start and token.end <= max(found[k].end, token.end):
                if token.start < found[k].end:
                    starts[number] = found[k]
                    k += 1
        return starts

    # -- the loop ---------------------------------------------------------------------------------

    def go(self) -> None:
        tokens, n = self.tokens, len(self.tokens)
        while self._i < n:
            token = tokens[self._i]
            figure = self._figure_at.get(self._i)
            if figure is not None:
                self._add_figure(figure)
            elif not token.is_word:
                self._mark(token)
            elif not self._name(token) and not self._function_word(token) and not self._verb(token):
                self._noun(token)
        self._close()

    def _close(self) -> None:
        np, self.np = self.np, None
        if np is None:
            return
        if np.words and not np.head and np.entity is None and not np.pronoun and not np.figures:
            np.head = singular(np.words[-1])
            np.is_plural = np.head != np.words[-1]
        if not (np.head or np.entity or np.pronoun or np.figures or np.names):
            return  # a lone determiner
        self.items.append(np)

    def _open(self, token: Token) -> NounPhrase:
        if self.np is None:
            self.np = NounPhrase(Tag.NP, token.start, token.end)
        self.np.end = token.end
        return self.np

    def _push(self, item: Item) -> None:
        self._close()
        self.items.append(item)

    # -- figures, marks, names --------------------------------------------------------------------

    def _add_figure(self, figure: Figure) -> None:
        if figure.kind is FigureKind.YEAR:
            self._year(figure)
            return
        np = self.np
        follows_name = (
            np is not None and np.names and not np.names[-1].is_possessive and np.words[-1:] != ["'s"]
        )
        full = np is not None and np.head and (np.determiner not in _OPENERS or np.head in ORGANISATION_NOUNS)
        if np is not None and (follows_name or full) and np.determiner != "'s":
            self._close()
        np = self._open(
            Token(self.text[figure.start : figure.end], "", figure.start, figure.end, is_word=True)
        )
        np.start = min(np.start, figure.start)
        np.figures.append(figure)
        np.head, np.entity = "", None
        while self._i < len(self.tokens) and self.tokens[self._i].start < figure.end:
            self._i += 1
        np.end = figure.end
        if not self._continues(self._i):
            self._close()

    def _year(self, figure: Figure) -> None:
        if self.np is not None and not self.np.is_time:
            self._close()
        token = self.tokens[self._i]
        np = self._open(token)
        np.figures.append(figure)
        np.words.append(token.low)
        np.head, np.is_time = token.low, True
        self._i += 1
        self._close()

    def _continues(self, i: int) -> bool:
        """Whether the token goes on with the noun phrase that a figure began."""
        if i >= len(self.tokens):
            return False
        token = self.tokens[i]
        if (
            token.text == ","
            and self.np is not None
            and self.np.determiner in _OPENERS
            and i + 1 in self._figure_at
        ):
            return self._figure_at[i + 1].kind is FigureKind.TERM
        if not token.is_word or i in self._figure_at:
            return i in self._figure_at and self.np is not None and self.np.determiner in _OPENERS
        low = token.low
        kinds = {form for _, form in VERB_FORMS.get(low, ())}
        counts = (
            self.np is not None and bool(self.np.figures) and self.np.figures[-1].kind is FigureKind.COUNT
        )
        if kinds == {Form.GERUND} and low in NOUN_CLASS:
            return True
        if kinds and not kinds & {Form.PAST, Form.PARTICIPLE, Form.GERUND} and low not in _AUXILIARIES:
            return counts or low in NOUN_CLASS or singular(low) in NOUN_CLASS
        if (
            low in closed.PREPOSITIONS
            or low in closed.CONJUNCTIONS
            or low in closed.DETERMINERS
            or low in _AUXILIARIES
        ):
            return False
        if (
            low in ("next", "last", "early", "late", "apiece", "today", "upfront", "up", "annually")
            or low in closed.ADVERBS
        ):
            return False
        return not (low in closed.RELATIVES or low in closed.SUBORDINATORS or self._looks_verbal(i))

    def _mark(self, token: Token) -> None:
        self._i += 1
        if token.is_possessive:
            if self.np is not None and (self.np.names or self.np.words):
                self._possessive(token)
            elif self.items and isinstance(self.items[-1], NounPhrase) and self.items[-1].pronoun:
                self._i -= 1
                self._verb_group(self._i)
            return
        tag = _MARKS.get(token.text)
        if token.text == "," and self._is_inner_comma():
            return
        if token.text == "-" and token.start > 0 and self.text[token.start - 1] == " ":
            tag = Tag.STOP
        if token.text == "&" and self.np is not None:
            self._push(Mark(Tag.CC, token.start, token.end, "and"))
        elif tag is not None:
            self._push(Mark(tag, token.start, token.end, token.text))
        elif token.text in "\"\u201c\u201d'\u2018\u2019*_":
            pass
        else:
            self._close()

    def _is_inner_comma(self) -> bool:
        """Whether a comma stands between modifiers: "a ten-year, $5 billion lease"."""
        np = self.np
        if np is None or np.determiner not in _OPENERS:
            return False
        following = self.tokens[self._i].low if self._i < len(self.tokens) else ""
        if (
            np.words
            and not np.names
            and is_adjective(np.words[-1])
            and (is_adjective(following) or following.endswith("er"))
        ):
            return True
        if not np.figures or np.head or np.entity:
            return False
        return np.figures[-1].kind in (FigureKind.TERM, FigureKind.MONEY, FigureKind.POWER) and (
            self._i in self._figure_at or np.figures[-1].kind is FigureKind.TERM
        )

    def _possessive(self, token: Token) -> None:
        np = self.np
        if np is None:
            return
        np.end = token.end
        owner = NounPhrase(
            Tag.NP, np.start, np.end, words=list(np.words), head=np.head, determiner=np.determiner, names=list(np.names),
            entity=np.entity, is_person=np.is_person, is_capitalised=np.is_capitalised,
        )  # fmt: skip
        if not owner.head and owner.words and owner.entity is None:
            owner.head = singular(owner.words[-1])
        if np.names:
            np.names[-1].is_possessive = True
        np.is_plural = False
        np.words, np.head, np.entity, np.is_person = [], "", None, False
        np.determiner = "'s"
        np.possessor = owner

    def _name(self, token: Token) -> bool:
        found = self.names.at(self.tokens, self._i, self._figure_at)
        if found is None:
            return False
        name, end = found
        np = self.np
        if np is not None and np.names and np.entity is not None and not np.names[-1].is_possessive:
            apart = np.names[-1].known is None and not np.names[-1].is_place and name.known is not None
            if apart and np.words:
                self._close()
        elif np is not None and (np.is_time or _is_thing(np, name)):
            self._close()
        np = self._open(token)
        np.names.append(name)
        np.is_time = False
        np.head = ""
        np.end = self.tokens[end - 1].end
        np.is_person = name.is_person
        self._i = end
        np.entity = None if name.is_product else self.names.entity(name)
        if name.is_product or name.is_place or name.is_person:
            np.head = "person" if name.is_person else ("product" if name.is_product else "place")
        return True

    # -- words ------------------------------------------------------------------------------------

    def _function_word(self, token: Token) -> bool:
        low = token.low
        if low == "that":
            return self._that(token)
        if low in closed.RELATIVES:
            self._advance(Mark(Tag.REL, token.start, token.end, low))
        elif low == "to":
            if self._is_infinitive():
                self._verb_group(self._i)
            else:
                self._advance(Mark(Tag.PREP, token.start, token.end, low))
        elif low in ("may", "march") and token.is_capitalised and self._i > 0:
            self._time(token)
        elif low in _AUXILIARIES:
            self._verb_group(self._i)
        elif low in closed.DETERMINERS and low not in ("no",):
            self._determiner(token)
        elif (
            low in closed.PRONOUNS
            and token.text not in ("IT", "US")
            and not (low == "one" and self.np is not None)
        ):
            self._close()
            self._advance(NounPhrase(Tag.NP, token.start, token.end, pronoun=low))
        elif low in closed.CONJUNCTIONS:
            self._advance(Mark(Tag.CC, token.start, token.end, low))
        elif low == "provided" and not self._followed_by("that"):
            return False
        elif low in closed.SUBORDINATORS and not (
            low in closed.PREPOSITIONS and self._starts_np(self._i + 1)
        ):
            if low == "as":
                self._advance(Mark(Tag.PREP, token.start, token.end, low))
            else:
                self._advance(Mark(Tag.SUB, token.start, token.end, low))
        elif low in closed.PREPOSITIONS:
            self._advance(Mark(Tag.PREP, token.start, token.end, low))
        elif low in ("not", "never"):
            self._advance(Mark(Tag.ADV, token.start, token.end, low))
        elif low in ("together", "along", "jointly") and self._followed_by("with"):
            self._push(Mark(Tag.PREP, token.start, self.tokens[self._i + 1].end, "together with"))
            self._i += 2
        elif self._is_adverb(low) and (not token.is_capitalised or self._i == 0):
            self._adverb(token)
        else:
            return False
        return True

    def _followed_by(self, word: str) -> bool:
        return self._i + 1 < len(self.tokens) and self.tokens[self._i + 1].low == word

    def _advance(self, item: Item) -> None:
        self._push(item)
        self._i += 1

    def _that(self, token: Token) -> bool:
        following = self.tokens[self._i + 1] if self._i + 1 < len(self.tokens) else None
        after_np = self.np is not None or (bool(self.items) and self.items[-1].tag in (Tag.NP, Tag.COMMA))
        if (
            following is not None
            and after_np
            and (following.low in _AUXILIARIES or self._looks_verbal(self._i + 1))
        ):
            self._advance(Mark(Tag.REL, token.start, token.end, "that"))
        elif (
            following is not None
            and not after_np
            and following.low not in closed.DETERMINERS
            and not following.is_capitalised
            and following.low not in closed.PRONOUNS
            and following.is_word
            and not (self.items and self.items[-1].tag is Tag.VG)
        ):
            self._determiner(token)
        else:
            self._advance(Mark(Tag.THAT, token.start, token.end, "that"))
        return True

    def _determiner(self, token: Token) -> None:
        following = self.tokens[self._i + 1].low if self._i + 1 < len(self.tokens) else ""
        self._close()
        pronominal = (
            following in _AUXILIARIES
            or following in closed.PREPOSITIONS
            or (self._i + 1 not in self._figure_at and (not following or not following[0].isalnum()))
        )
        if token.low in ("another", "both", "each", "these", "those", "this", "either", "some", "all") and (
            pronominal or (token.low in ("each", "both", "this") and self._looks_verbal(self._i + 1))
        ):
            self._advance(NounPhrase(Tag.NP, token.start, token.end, pronoun=token.low))
            return
        np = self._open(token)
        np.determiner = token.low
        self._i += 1

    def _is_adverb(self, low: str) -> bool:
        return low in closed.ADVERBS or (low.endswith("ly") and len(low) > 4 and low not in _NOT_ADVERBS)

    def _adverb(self, token: Token) -> None:
        """Skip an adverb; inside a noun phrase it does not end it ("a newly built hall")."""
        if self.np is not None and (self.np.head or self.np.entity or self.np.names or self.np.figures):
            self._close()
        self._i += 1

    def _time(self, token: Token) -> None:
        np = self._open(token)
        np.is_time = True
        np.words.append(token.low)
        np.head = token.low
        self._i += 1

    def _starts_np(self, i: int) -> bool:
        return i < len(self.tokens) and (
            self.tokens[i].low in closed.DETERMINERS or i in self._figure_at or self.tokens[i].is_capitalised
        )

    def _noun(self, token: Token) -> None:
        np = self.np
        phrase = self._phrase_noun()
        if phrase:
            token = phrase
        if (
            np is not None
            and np.figures
            and np.is_time is False
            and token.low in _TIME
            and token.low not in ("half",)
        ):
            self._close()
        np = self._open(token)
        low = token.low
        np.words.append(low)
        np.is_capitalised = token.is_capitalised and low not in DEMONYMS
        np.head = singular(low)
        np.is_plural = np.head != low
        np.entity = None
        np.is_person = False
        np.is_time = low in _TIME
        self._i += 1

    def _phrase_noun(self) -> Token | None:
        """Return "letter of credit" and its like as one noun."""
        row = self.tokens[self._i : self._i + 3]
        if len(row) < 3 or row[1].low != "of" or (singular(row[0].low), row[2].low) not in _PHRASE_NOUNS:
            return None
        self._i += 2
        low = f"{singular(row[0].low)}-of-{row[2].low}"
        return Token(self.text[row[0].start : row[2].end], low, row[0].start, row[2].end, is_word=True)

    # -- verbs ------------------------------------------------------------------------------------

    def _is_infinitive(self) -> bool:
        i = self._i + 1
        while (
            i < len(self.tokens)
            and self._is_adverb(self.tokens[i].low)
            and self.tokens[i].low not in VERB_FORMS
        ):
            i += 1
        if i >= len(self.tokens) or i in self._figure_at:
            return False
        low = self.tokens[i].low
        if low in ("be", "have"):
            return True
        if any(form is Form.BASE for _, form in VERB_FORMS.get(low, ())):
            following = self.tokens[i + 1].low if i + 1 < len(self.tokens) else ""
            return not (following in ("from", "of") and low in ("order", "loan", "lease", "charter"))
        return False

    def _looks_verbal(self, i: int) -> bool:
        """Whether a token, standing after a noun phrase, is its verb rather than a further noun."""
        if i >= len(self.tokens):
            return False
        low = self.tokens[i].low
        readings = VERB_FORMS.get(low)
        if low in _AUXILIARIES:
            return True
        if readings is None:
            return False
        return self._verb_after_noun(i, readings)

    def _verb_after_noun(self, i: int, readings: Iterable[tuple[str, Form]]) -> bool:
        following = self.tokens[i + 1] if i + 1 < len(self.tokens) else None
        forms = {form for _, form in readings}
        low = self.tokens[i].low
        opens = following is not None and (
            following.low in closed.DETERMINERS
            or i + 1 in self._figure_at
            or following.low in ("to", "that", "it")
            or _may_be_name(following)
            or following.low in _QUANTIFIERS
            or (following.low in closed.PREPOSITIONS and following.low != "of")
        )
        if Form.PAST in forms or Form.PARTICIPLE in forms:
            if low in ("bound", "put", "cut", "set", "left", "led", "let") or Form.BASE not in forms:
                nominal_after = (
                    following is not None
                    and following.is_word
                    and not opens
                    and not self._is_adverb(following.low)
                )
                return not (nominal_after and self.np is not None and not self.np.head and not self.np.names)
            return opens
        if Form.GERUND in forms:
            return following is not None and (opens and following.low not in ("of",))
        if Form.THIRD in forms:
            np = self.np
            if low in _NEVER_NOUNS:
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
                and f"{low}" in _ONLY_VERB_LEFT
                and self._no_verb_after(i)
            ):
                return True
            if np is not None and (
                np.is_plural or not (np.determiner or np.names or np.entity or np.figures)
            ):
                return False
            return (
                opens
                or following is None
                or self._is_adverb(following.low)
                or (np is not None and np.entity is not None and following.is_word and low in _SURE_VERBS)
            )
        return (
            opens
            and following is not None
            and (following.low not in closed.PREPOSITIONS or low in _SURE_VERBS)
            and (self.np is not None and (self.np.is_plural or self.np.entity is not None))
        )

    def _no_verb_after(self, i: int) -> bool:
        """Whether the rest of the sentence holds no other verb: "Y leases halls from Z"."""
        rest = self.tokens[i + 1 :]
        return not any(
            t.low in _AUXILIARIES or any(form is Form.PAST for _, form in VERB_FORMS.get(t.low, ()))
            for t in rest
        )

    def _verb(self, token: Token) -> bool:
        readings = VERB_FORMS.get(token.low)
        if token.low == "last" and self._i + 1 < len(self.tokens) and self.tokens[self._i + 1].low in _TIME:
            return False
        if readings is None:
            return self._unknown_verb(token)
        np = self.np
        in_phrase = np is not None and not (np.head or np.entity or np.names or np.figures)
        if in_phrase:  # after a bare determiner or possessive: "the ordered goods", "its purchase"
            return False
        previous = self.items[-1] if self.items and np is None else None
        forms = {form for _, form in readings}
        if np is None:
            if isinstance(previous, NounPhrase) and previous.pronoun:
                self._verb_group(self._i)
                return True
            if previous is not None and previous.tag is Tag.PREP:
                if Form.GERUND in forms and self._gerund_governs():
                    self._verb_group(self._i)
                    return True
                return False
            if previous is not None and previous.tag is Tag.VG and Form.GERUND not in forms:
                return False
            if previous is not None and previous.tag in (Tag.NP, Tag.CLOSE):
                if self._verb_after_noun(self._i, readings):
                    self._verb_group(self._i)
                    return True
                return False
            return self._verb_at_clause_start(token, forms, previous)
        if np.determiner == "'s" and not np.head and not np.entity:
            return False
        if Form.GERUND in forms and token.low in NOUN_CLASS and np.figure is not None:
            return False
        if (
            Form.THIRD in forms
            and singular(token.low) in NOUN_CLASS
            and (np.head == "product" or (np.figure is not None and np.figure.kind is FigureKind.COUNT))
        ):
            return False
        if np.head and np.words and is_adjective(np.words[-1]) and Form.THIRD not in forms:
            return False
        if self._verb_after_noun(self._i, readings):
            self._verb_group(self._i)
            return True
        return False

    def _gerund_governs(self) -> bool:
        following = self.tokens[self._i + 1] if self._i + 1 < len(self.tokens) else None
        return following is not None and (
            following.low in closed.DETERMINERS
            or self._i + 1 in self._figure_at
            or _may_be_name(following)
            or following.low in closed.PRONOUNS
            or following.low in PARTICLES
            or (following.low in ("for", "with", "from", "to") and self.tokens[self._i].low not in NOUN_CLASS)
            or (
                following.is_word
                and following.low not in closed.PREPOSITIONS
                and following.low not in _AUXILIARIES
                and self.tokens[self._i].low in _SURE_GERUNDS
            )
        )

    def _verb_at_clause_start(self, token: Token, forms: set[Form], previous: Item | None) -> bool:
        """After a comma, conjunction, adverb or nothing at all."""
        following = self.tokens[self._i + 1] if self._i + 1 < len(self.tokens) else None
        if following is None:
            return False
        governs = (
            following.low in closed.DETERMINERS
            or self._i + 1 in self._figure_at
            or _may_be_name(following)
            or following.low in closed.PREPOSITIONS
            or following.low in ("to", "that")
            or following.low in PARTICLES
            or following.low in closed.PRONOUNS
        )
        after_verb = any(item.tag is Tag.VG for item in self.items) or (
            previous is not None and previous.tag is Tag.REL
        )
        if Form.GERUND in forms:
            after_comma = (
                previous is not None
                and previous.tag is Tag.COMMA
                and (
                    after_verb
                    or (len(self.items) >= 2 and self.items[-2].tag is Tag.NP and token.low not in NOUN_CLASS)
                )
            )
            if governs or after_comma or (following.is_word and token.low in _SURE_GERUNDS):
                self._verb_group(self._i)
                return True
            return False
        if Form.PAST in forms or Form.PARTICIPLE in forms or Form.THIRD in forms:
            if (governs or self._is_adverb(following.low)) and (
                after_verb or previous is None or previous.tag is Tag.COMMA
            ):
                self._verb_group(self._i)
                return True
            return after_verb and token.low in _SURE_VERBS and self._go_verb()
        if (
            Form.BASE in forms
            and after_verb
            and previous is not None
            and previous.tag in (Tag.CC, Tag.REL, Tag.ADV)
            and governs
        ):
            return self._go_verb()
        if previous is not None and previous.tag is Tag.REL and Form.BASE in forms:
            return self._go_verb()
        return False

    def _go_verb(self) -> bool:
        self._verb_group(self._i)
        return True

    def _unknown_verb(self, token: Token) -> bool:
        low = token.low
        np = self.np
        if token.is_capitalised or not low.endswith("ed") or len(low) < 5 or "-" in low:
            return False
        if (
            np is None
            or (not np.head and np.entity is None)
            or np.is_time
            or (np.words and is_adjective(np.words[-1]))
        ):
            return False
        self._push(VerbGroup(Tag.VG, token.start, token.end, lemma=low, form=Form.PAST, is_bare=True))
        self._i += 1
        return True

    def _verb_group(self, i: int) -> None:
        """Read a verb group from its first word: auxiliaries, adverbs, the verb, its particle."""
        tokens, start = self.tokens, i
        vg = VerbGroup(Tag.VG, tokens[i].start, tokens[i].end, is_bare=True)
        last_aux = ""
        first = True
        while i < len(tokens):
            low = tokens[i].low if not tokens[i].is_possessive else "'s"
            if low == "to" and (first or last_aux == "be"):
                vg.is_infinitive = first
                vg.modal = vg.modal or ("" if first else "will")
                last_aux = "to"
            elif low in closed.MODALS:
                vg.modal, last_aux = low, "modal"
            elif low in closed.BE and i not in self._figure_at:
                vg.is_past |= low in ("was", "were")
                vg.is_perfect |= last_aux == "have"
                last_aux = "be"
            elif low in closed.HAVE:
                vg.is_past |= low == "had"
                last_aux = "have"
            elif low in closed.DO:
                vg.is_past |= low == "did"
                last_aux = "do"
            elif last_aux and low in ("each", "both", "all"):
                pass
            elif low in closed.NEGATIONS:
                vg.is_negated = True
                i += low == "no" and i + 1 < len(tokens) and tokens[i + 1].low == "longer"
            elif self._is_adverb(low) and low not in VERB_FORMS and (last_aux or first):
                pass
            elif last_aux and (skip := self._insertion(i)):
                i = skip - 1
            else:
                break
            first = False
            i += 1
        self._main_verb(vg, i, last_aux, start)

    def _insertion(self, i: int) -> int:
        """Return where a verb goes on after "in addition" or ", over ten years,"; zero if nothing is inserted."""
        tokens = self.tokens
        if tokens[i].low == "in" and i + 2 < len(tokens) and tokens[i + 1].low in _INSERTED:
            return i + 2
        if tokens[i].text == ",":
            for j in range(i + 2, min(i + 12, len(tokens) - 1)):
                if (
                    tokens[j].text == ","
                    and tokens[j + 1].low in VERB_FORMS
                    and not any(t.low in VERB_FORMS and t.low not in NOUN_CLASS for t in tokens[i + 1 : j])
                ):
                    return j + 1
        return 0

    def _main_verb(self, vg: VerbGroup, i: int, last_aux: str, start: int) -> None:
        tokens = self.tokens
        verb = self._reading(i, last_aux)
        if verb is None:
            vg.lemma = {"be": "be", "have": "have", "do": "do"}.get(last_aux, "be")
            vg.is_bare = False
            vg.form = Form.PAST if vg.is_past else Form.THIRD
            end = max(i, start + 1)
            if self._is_adverb(tokens[end - 1].low) and end - 1 > start:
                end -= 1
        else:
            vg.lemma, form = verb
            vg.is_bare = not last_aux
            vg.form = form
            vg.is_passive = last_aux == "be" and form in (Form.PARTICIPLE, Form.PAST)
            vg.is_progressive = last_aux == "be" and form is Form.GERUND
            vg.is_perfect |= last_aux == "have"
            vg.is_past |= form is Form.PAST and not last_aux
            end = i + 1
            vg.lemma, end = self._with_particle(vg.lemma, end)
        vg.end = tokens[end - 1].end
        self._push(vg)
        self._i = end

    def _reading(self, i: int, last_aux: str) -> tuple[str, Form] | None:
        if i >= len(self.tokens) or i in self._figure_at:
            return None
        low = self.tokens[i].low
        readings = VERB_FORMS.get(low, [])
        wanted: tuple[Form, ...] = (Form.PAST, Form.THIRD, Form.PARTICIPLE, Form.BASE, Form.GERUND)
        if last_aux in ("modal", "do", "to"):
            wanted = (Form.BASE,)
        elif last_aux == "have":
            wanted = (Form.PARTICIPLE, Form.PAST)
        elif last_aux == "be":
            wanted = (Form.PARTICIPLE, Form.PAST, Form.GERUND)
        for form in wanted:
            for lemma, has in readings:
                if has is form:
                    return lemma, form
        if last_aux and low.endswith("ed") and low not in VERB_FORMS and len(low) > 4:
            return low, Form.PARTICIPLE
        if last_aux == "be" and low.endswith("ing") and len(low) > 5 and low not in VERB_FORMS:
            return low, Form.GERUND
        if (
            last_aux in ("modal", "to")
            and low.isalpha()
            and low not in closed.PREPOSITIONS
            and low not in closed.DETERMINERS
        ):
            return low, Form.BASE
        return None

    def _with_particle(self, lemma: str, end: int) -> tuple[str, int]:
        if end < len(self.tokens):
            word = self.tokens[end].low
            joined = f"{lemma}+{word}"
            if joined in FRAMES:
                after = self.tokens[end + 1] if end + 1 < len(self.tokens) else None
                if word == "up" and after is not None and after.low == "to":
                    return lemma, end
                if word == "to" and (after is None or after.low in VERB_FORMS or after.low in _AUXILIARIES):
                    return lemma, end
                if word not in ("in", "into", "on") or (
                    after is not None
                    and (end + 1 in self._figure_at or lemma in ("enter", "agree", "take", "chip", "shake"))
                ):
                    return joined, end + 1
        return lemma, end


def _may_be_name(token: Token) -> bool:
    return token.is_capitalised and token.low not in COMMON_CAPITALS


def _is_thing(np: NounPhrase, name: Name) -> bool:
    """Whether a phrase is already about a thing: a party named after it begins a clause of its own."""
    if (
        not np.head
        or np.head in ("place", "product", "person")
        or np.head in ORGANISATION_NOUNS
        or name.is_person
    ):
        return False
    if np.head in NOUN_CLASS or np.head in ("centre", "center", "site", "plant", "hall"):
        return True
    return name.known is not None and bool(np.determiner) and not is_adjective(np.words[-1])


def is_adjective(word: str) -> bool:
    """Whether a word is an adjective, by list or ending."""
    return (
        word in closed.ADJECTIVES or word in DEMONYMS or (len(word) > 5 and word.endswith(_ADJECTIVE_ENDINGS))
    )


_ADJECTIVE_ENDINGS = (
    "able",
    "ible",
    "ical",
    "onal",
    "tial",
    "cial",
    "ive",
    "ous",
    "ary",
    "less",
    "based",
    "backed",
    "listed",
)
_SURE_VERBS = frozenset(
    word
    for verb in "agree sign buy invest acquire say plan intend commit pledge hire lend pay sell spend expect hold own run become announce complete receive provide take get win secure give go come remain begin start".split()
    for word, form in inflected(verb)
    if form is not Form.GERUND
)
_QUANTIFIERS = frozenset(
    "most half part several many much more about roughly nearly around some all its their".split()
)
_ONLY_VERB_LEFT = frozenset(
    "leases orders charters funds backs loans supplies finances rents hosts purchases guarantees".split()
)
_NEVER_NOUNS = frozenset("comes becomes brings gives takes makes gets buys sells lends pays invests acquires agrees says announces obtains provides receives secures obliges requires allows commits intends".split())  # fmt: skip
_SURE_GERUNDS = frozenset(
    "buying purchasing investing selling lending borrowing leasing renting paying spending supplying providing taking acquiring giving raising issuing committing deploying installing delivering securing guaranteeing financing making bringing putting signing ordering receiving ending including using building".split()
)
