"""Sentences to items: where noun phrases and verb groups begin and end."""

from __future__ import annotations

from collections.abc import Mapping

from loopledger.read.apart import is_adverbial, is_thing
from loopledger.read.discourse import Discourse
from loopledger.read.functionwords import take_function_word
from loopledger.read.items import Item, Mark, NounPhrase, Tag
from loopledger.read.lexicon import closed, words
from loopledger.read.lexicon.closed import AUXILIARIES, TIME_WORDS, is_adjective
from loopledger.read.lexicon.inflect import Form, singular
from loopledger.read.lexicon.names import DEMONYMS, JOB_TITLES
from loopledger.read.lexicon.nouns import NOUN_CLASS
from loopledger.read.lexicon.roles import ORGANISATION_NOUNS
from loopledger.read.lexicon.verbs import VERB_FORMS
from loopledger.read.names import NameFinder
from loopledger.read.quantities import Figure, FigureKind, figures, may_hold_figures
from loopledger.read.tokens import Token, tokenize
from loopledger.read.verbal import looks_verbal, take_verb
from loopledger.read.verbgroups import take_verb_group
from loopledger.read.world import World

__all__ = ["Chunker"]


_NOT_ADVERBS = words(
    "supply family assembly july italy only monthly yearly weekly daily early friendly costly anomaly"
    " rally reply ally tally fly apply rely multiply quarterly"
)  # fmt: skip
_MARKS = {",": Tag.COMMA, ";": Tag.STOP, ":": Tag.STOP, "\u2014": Tag.STOP, "\u2013": Tag.STOP,
          "(": Tag.OPEN, ")": Tag.CLOSE, "[": Tag.OPEN, "]": Tag.CLOSE}  # fmt: skip
_PHRASE_NOUNS = frozenset(
    {("letter", "credit"), ("line", "credit"), ("letter", "intent"), ("memorandum", "understanding")}
)
#: Nouns after a party's name that still speak of the party: "X shares rose", "X chief executive Y".
_OF_PARTIES = JOB_TITLES | words("chief head shares")
_OPENERS = words("a an the its their this that these those our")


class Chunker:
    """Groups the tokens of one sentence after another.

    Parameters
    ----------
    world : World
    discourse : Discourse
    names : NameFinder
    homes : mapping, optional
        Currencies that shared words mean in the document.
    """

    def __init__(
        self, world: World, discourse: Discourse, names: NameFinder, homes: Mapping[str, str] | None = None
    ) -> None:
        self._world, self._discourse, self._names = world, discourse, names
        self._homes = homes or {}
        self._lent = ""  # currency of the last sum so far

    def items(self, text: str, tokens: list[Token] | None = None) -> list[Item]:
        """Return the items of a sentence, from left to right; ``tokens`` if they are known already."""
        self._names.begin(text)
        run = Run(text, tokenize(text) if tokens is None else tokens, self._names, self._homes, self._lent)
        run.go()
        self._lent = next(
            (f.amount.currency for f in reversed(run.figure_at.values()) if f.amount), self._lent
        )
        return run.items


def _increments(text: str, found: list[Figure], homes: Mapping[str, str]) -> list[Figure]:
    """Part "by $1 billion to $3 billion" into what is added and what it comes to."""
    result: list[Figure] = []
    for figure in found:
        to = figure.text.find(" to ") if text[: figure.start].endswith("by ") and figure.text else -1
        if to < 0:
            result.append(figure)
            continue
        cut = figure.start + to
        result += [f.moved(figure.start) for f in figures(text[figure.start : cut], homes)]
        result += [f.moved(cut + 4) for f in figures(text[cut + 4 : figure.end], homes)]
    return result


class Run:
    """The state of grouping one sentence."""

    def __init__(
        self, text: str, tokens: list[Token], names: NameFinder, homes: Mapping[str, str], lent: str
    ) -> None:
        self.text = text
        self.homes, self.lent = homes, lent
        self.names = names
        self.tokens = tokens
        self.items: list[Item] = []
        self.np: NounPhrase | None = None
        self.figure_at = self._figures()
        self.at = 0

    def _figures(self) -> dict[int, Figure]:
        """Return the figures by the number of their first token."""
        starts: dict[int, Figure] = {}
        if not may_hold_figures(self.text, self.tokens):
            return starts
        found = _increments(self.text, figures(self.text, self.homes, self.lent), self.homes)
        k = 0
        for number, token in enumerate(self.tokens):
            while k < len(found) and found[k].end <= token.start:
                k += 1
            if k < len(found) and found[k].start <= token.start < found[k].end:
                starts[number] = found[k]
                k += 1
        return starts

    def rehedge(self, i: int) -> None:
        """Read a figure again without its first word, which belongs to a verb: "handing over $5 million"."""
        figure = self.figure_at.pop(i, None)
        if figure is None or i + 1 >= len(self.tokens):
            return
        start = self.tokens[i + 1].start
        again = figures(self.text[start : figure.end], self.homes, self.lent)
        if again:
            self.figure_at[i + 1] = again[0].moved(start)

    # -- the loop ---------------------------------------------------------------------------------

    def go(self) -> None:
        tokens, n = self.tokens, len(self.tokens)
        while self.at < n:
            token = tokens[self.at]
            figure = self.figure_at.get(self.at)
            if figure is not None:
                self._add_figure(figure)
            elif not token.is_word:
                self._mark(token)
            elif not self._name(token) and not take_function_word(self, token) and not take_verb(self, token):
                self._noun(token)
        self.close()

    def close(self) -> None:
        np, self.np = self.np, None
        if np is None:
            return
        if np.words and not np.head and np.entity is None and not np.pronoun and not np.figures:
            np.head = singular(np.words[-1])
            np.is_plural = np.head != np.words[-1]
        if not (np.head or np.entity or np.pronoun or np.figures or np.names):
            return  # a lone determiner
        self.items.append(np)

    def open_phrase(self, token: Token) -> NounPhrase:
        if self.np is None:
            self.np = NounPhrase(Tag.NP, token.start, token.end)
        self.np.end = token.end
        return self.np

    def push(self, item: Item) -> None:
        self.close()
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
            self.close()
        np = self.open_phrase(
            Token(self.text[figure.start : figure.end], "", figure.start, figure.end, is_word=True)
        )
        np.start = min(np.start, figure.start)
        np.figures.append(figure)
        np.head, np.entity = "", None
        while self.at < len(self.tokens) and self.tokens[self.at].start < figure.end:
            self.at += 1
        np.end = figure.end
        if not self._continues(self.at):
            self.close()

    def _year(self, figure: Figure) -> None:
        if self.np is not None and not self.np.is_time:
            self.close()
        token = self.tokens[self.at]
        np = self.open_phrase(token)
        np.figures.append(figure)
        np.words.append(token.low)
        np.head, np.is_time = token.low, True
        self.at += 1
        self.close()

    def _continues(self, i: int) -> bool:
        """Whether the token goes on with the noun phrase that a figure began."""
        if i >= len(self.tokens):
            return False
        token = self.tokens[i]
        if (
            token.text == ","
            and self.np is not None
            and self.np.determiner in _OPENERS
            and i + 1 in self.figure_at
        ):
            return self.figure_at[i + 1].kind is FigureKind.TERM
        if not token.is_word or i in self.figure_at:
            return i in self.figure_at and self.np is not None and self.np.determiner in _OPENERS
        low = token.low
        kinds = {form for _, form in VERB_FORMS.get(low, ())}
        counts = (
            self.np is not None and bool(self.np.figures) and self.np.figures[-1].kind is FigureKind.COUNT
        )
        if kinds == {Form.GERUND} and low in NOUN_CLASS:
            return True
        if kinds and not kinds & {Form.PAST, Form.PARTICIPLE, Form.GERUND} and low not in AUXILIARIES:
            return counts or bool({low, singular(low)} & (NOUN_CLASS.keys() | ORGANISATION_NOUNS))
        if (
            low in closed.PREPOSITIONS
            or low in closed.CONJUNCTIONS
            or low in closed.DETERMINERS
            or low in AUXILIARIES
        ):
            return False
        if (
            low in ("next", "last", "early", "late", "apiece", "today", "upfront", "up", "annually")
            or low in closed.ADVERBS
        ):
            return False
        return not (low in closed.RELATIVES or low in closed.SUBORDINATORS or looks_verbal(self, i))

    def _mark(self, token: Token) -> None:
        self.at += 1
        if token.is_possessive:
            if self.np is not None and (self.np.names or self.np.words):
                self._possessive(token)
            elif self.items and isinstance(self.items[-1], NounPhrase) and self.items[-1].pronoun:
                self.at -= 1
                take_verb_group(self, self.at)
            return
        tag = _MARKS.get(token.text)
        if token.text == "," and self._is_inner_comma():
            return
        if token.text == "-" and token.start > 0 and self.text[token.start - 1] == " ":
            tag = Tag.STOP
        if token.text == "&" and self.np is not None:
            self.push(Mark(Tag.CC, token.start, token.end, "and"))
        elif tag is not None:
            self.push(Mark(tag, token.start, token.end, token.text))
        elif token.text in "\"\u201c\u201d'\u2018\u2019*_":
            pass
        else:
            self.close()

    def _is_inner_comma(self) -> bool:
        """Whether a comma stands between modifiers: "a ten-year, $5 billion lease"."""
        np = self.np
        if np is None or np.determiner not in _OPENERS:
            return False
        following = self.tokens[self.at].low if self.at < len(self.tokens) else ""
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
            self.at in self.figure_at or np.figures[-1].kind is FigureKind.TERM
        )

    def _possessive(self, token: Token) -> None:
        np = self.np
        if np is None:
            return
        np.end = token.end
        if np.entity is not None and self._ends_name():
            if np.entity.known is None and not np.entity.name.endswith("s"):
                np.entity.name += self.text[token.start : token.end]  # "Macy's sold its flagship"
            return
        owner = NounPhrase(
            Tag.NP, np.start, np.end, words=list(np.words), head=np.head, determiner=np.determiner,
            names=list(np.names),
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

    def _ends_name(self) -> bool:
        """Whether a genitive ending is part of a name: a verb follows that has the name as its subject."""
        if self.at + 1 >= len(self.tokens):
            return False
        verb, after = self.tokens[self.at], self.tokens[self.at + 1]
        if verb.low in AUXILIARIES and verb.low != "own":
            return True
        past = any(form is Form.PAST for _, form in VERB_FORMS.get(verb.low, ()))
        return past and (after.low in closed.DETERMINERS or after.low in ("to", "it", "them"))

    def _name(self, token: Token) -> bool:
        found = self.names.at(self.tokens, self.at, self.figure_at)
        if found is None:
            return False
        name, end = found
        np = self.np
        if np is not None and np.figure is not None and name.known is None and name.text.endswith("s"):
            after = self.tokens[end].low if end < len(self.tokens) else ""
            alone = end == self.at + 1 and not {after, singular(after)} & (
                NOUN_CLASS.keys() | ORGANISATION_NOUNS
            )
            name.is_product |= alone and np.figure.kind is FigureKind.COUNT  # "its 136 Megapacks"
        if np is not None and np.names and np.entity is not None and not np.names[-1].is_possessive:
            apart = np.names[-1].known is None and not np.names[-1].is_place and name.known is not None
            if apart and np.words:
                self.close()
        elif np is not None and (np.is_time or is_thing(np, name) or is_adverbial(np, self.items)):
            self.close()
        np = self.open_phrase(token)
        np.names.append(name)
        np.is_time = False
        np.head = ""
        np.end = self.tokens[end - 1].end
        np.is_person = name.is_person
        self.at = end
        if name.is_person and np.entity is not None and np.possessor is None:
            np.possessor = NounPhrase(Tag.NP, np.start, np.start, names=np.names[:-1], entity=np.entity)
        np.entity = None if name.is_product else self.names.entity(name)
        if name.is_product or name.is_place or name.is_person:
            np.head = "person" if name.is_person else ("product" if name.is_product else "place")
        return True

    # -- words ------------------------------------------------------------------------------------

    def followed_by(self, word: str) -> bool:
        return self.at + 1 < len(self.tokens) and self.tokens[self.at + 1].low == word

    def advance(self, item: Item) -> None:
        self.push(item)
        self.at += 1

    def is_adverb(self, low: str) -> bool:
        return low in closed.ADVERBS or (low.endswith("ly") and len(low) > 4 and low not in _NOT_ADVERBS)

    def _noun(self, token: Token) -> None:
        following = self.tokens[self.at + 1].low if self.at + 1 < len(self.tokens) else ""
        if self.np is not None and token.low in ("last", "next") and following in TIME_WORDS:
            self.close()  # "Orvane last month sold"
        np = self.np
        phrase = self._phrase_noun()
        if phrase:
            token = phrase
        if (
            np is not None
            and np.figures
            and np.is_time is False
            and token.low in TIME_WORDS
            and token.low != "half"
        ):
            self.close()
        np = self.open_phrase(token)
        low = token.low
        np.words.append(low)
        np.is_capitalised = token.is_capitalised and low not in DEMONYMS
        np.head = singular(low)
        np.is_plural = np.head != low
        if np.entity is not None and low in _OF_PARTIES:  # "X chief executive Y": the title goes with X
            np.possessor = NounPhrase(Tag.NP, np.start, np.end, names=list(np.names), entity=np.entity)
        np.entity = None
        np.is_person = False
        np.is_time = low in TIME_WORDS
        self.at += 1

    def _phrase_noun(self) -> Token | None:
        """Return "letter of credit" and its like as one noun."""
        row = self.tokens[self.at : self.at + 3]
        if len(row) < 3 or row[1].low != "of" or (singular(row[0].low), row[2].low) not in _PHRASE_NOUNS:
            return None
        self.at += 2
        low = f"{singular(row[0].low)}-of-{row[2].low}"
        return Token(self.text[row[0].start : row[2].end], low, row[0].start, row[2].end, is_word=True)

    # -- verbs ------------------------------------------------------------------------------------
