"""Proper names in a row of tokens: known parties, and organisations nobody knows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from loopledger.read.discourse import Discourse, Entity
from loopledger.read.items import Name
from loopledger.read.lexicon import closed, words
from loopledger.read.lexicon.inflect import singular
from loopledger.read.lexicon.names import (
    COMMON_CAPITALS,
    CONNECTORS,
    DAYS,
    DEMONYMS,
    GIVEN_NAMES,
    JOB_TITLES,
    LEGAL_FORMS,
    MONTHS,
    OPENERS,
    ORGANISATION_ENDINGS,
    PEOPLES,
    PLACES,
)
from loopledger.read.lexicon.nouns import NOUN_CLASS
from loopledger.read.lexicon.roles import ORGANISATION_NOUNS
from loopledger.read.lexicon.verbs import VERB_FORMS
from loopledger.read.quantities import Figure, FigureKind
from loopledger.read.tokens import Token
from loopledger.read.world import Known, World, without_legal_form

__all__ = ["NameFinder"]

_OF_NAMES = words(
    "bank department ministry university republic kingdom state government institute house board bureau"
    " port city council college commonwealth authority agency commission fund treasury province county"
)  # fmt: skip
_COMMON_ENDINGS = (
    "ers",
    "ies",
    "ions",
    "ments",
    "ings",
    "ists",
    "ness",
    "ors",
    "ing",
    "ed",
    "ly",
    "tion",
    "ment",
)


class NameFinder:
    """Finds names, keeping count of how words are written in the document.

    Parameters
    ----------
    world : World
    discourse : Discourse
    rows : iterable of list of Token
        All sentences of the document: a word that also stands in lower case is no name.
    """

    def __init__(self, world: World, discourse: Discourse, rows: Iterable[list[Token]]) -> None:
        self._world, self._discourse = world, discourse
        self._lower: Counter[str] = Counter()
        self._inside: Counter[str] = Counter()
        self._after_in: Counter[str] = Counter()
        self._surnames: set[str] = set()
        self._titled = False
        self.defined: set[str] = set()  # terms that the document defines: the "Purchaser"
        for row in rows:
            self._count(row)

    def _count(self, tokens: list[Token]) -> None:
        capitals = sum(t.is_capitalised for t in tokens if t.is_word and len(t.text) > 3)
        whole = bool(tokens) and tokens[-1].text == "."
        titled = (
            not whole
            and capitals > 0.6 * max(1, sum(t.is_word and len(t.text) > 3 for t in tokens))
            and capitals > 3
        )
        for i, token in enumerate(tokens):
            if not token.is_word:
                continue
            if not token.is_capitalised:
                self._lower[token.low] += 1
            elif i > 0 and tokens[i - 1].text not in '.!?:-\u2013\u2014"\u201c' and not titled:
                self._inside[token.low] += 1
                if tokens[i - 1].low in ("in", "near", "outside", "at", "from"):
                    self._after_in[token.low] += 1

    def begin(self, text: str) -> None:
        """Begin a sentence: in one written all in capitals or title case, unknown names are not told apart."""
        words = [w for w in text.split() if len(w) > 3 and w[0].isalpha()]
        capitals = sum(w[0].isupper() for w in words)
        whole = text.rstrip().endswith((".", "!", "?"))
        self._titled = len(words) > 3 and capitals > (0.9 if whole else 0.75) * len(words)

    def at(self, tokens: list[Token], i: int, figures: Mapping[int, Figure]) -> tuple[Name, int] | None:
        """Return the name that begins at a token, and the token after it."""
        token = tokens[i]
        match = self._world.find(tokens, i)
        if match is None and not token.is_capitalised:
            return None
        if match is not None:
            return self._known(tokens, match.known, match.end, figures, product=match.is_product, start=i)
        return self._unknown(tokens, i, figures)

    def entity(self, name: Name) -> Entity | None:
        """Return the organisation that a name stands for, if it stands for one."""
        if name.is_place or name.is_person:
            return None
        if name.known is not None:
            entity = self._discourse.known(name.known)
            if not name.is_product:
                entity.written(without_legal_form(name.text))
            return entity
        if name.is_product:
            return None
        return self._discourse.named(name.text)

    def _known(
        self,
        tokens: list[Token],
        known: Known,
        end: int,
        figures: Mapping[int, Figure],
        *,
        product: bool,
        start: int,
    ) -> tuple[Name, int]:
        """Return a known name; what follows in capitals may make it another's ("X Renewable")."""
        stop = end
        while (
            stop < len(tokens)
            and tokens[stop].is_word
            and tokens[stop].text[0].isupper()
            and stop not in figures
        ):
            if self._world.find(tokens, stop) or not self._is_name_word(tokens, stop):
                break
            stop += 1
        extra = [t.low for t in tokens[end:stop]]
        if (
            extra
            and not product
            and extra[-1] not in _WEAK_ENDINGS
            and (extra[-1] in ORGANISATION_ENDINGS or (len(extra) == 1 and tokens[end].text.isupper()))
        ):
            plain = [w for w in extra if w.strip(".") not in LEGAL_FORMS]
            if plain:
                text = " ".join(t.text for t in tokens[start:stop])
                return Name(text, None), stop
            end = stop
        if (
            end < len(tokens)
            and tokens[end].text == ","
            and end + 1 < len(tokens)
            and tokens[end + 1].low.strip(".") in LEGAL_FORMS
        ):
            end += 2
        while end < len(tokens) and tokens[end].low.strip(".") in LEGAL_FORMS and tokens[end].is_capitalised:
            end += 1
        while (
            product
            and end in figures
            and tokens[end].text.isdigit()
            and figures[end].kind is FigureKind.COUNT
        ):
            end += 1
        return Name(" ".join(t.text for t in tokens[start:end]), known, is_product=product), self._past_dot(
            tokens, end
        )

    @staticmethod
    def _past_dot(tokens: list[Token], end: int) -> int:
        """Skip the full stop of "Inc." inside a sentence."""
        if end < len(tokens) - 1 and tokens[end].text == "." and tokens[end - 1].low in LEGAL_FORMS:
            return end + 1
        return end

    def _is_name_word(self, tokens: list[Token], i: int) -> bool:
        token = tokens[i]
        low = token.low
        if low in MONTHS and low not in ("may", "march", "mar", "sep"):
            return False
        if token.text in ("US", "UK"):
            return True
        if low in closed.RELATIVES or low in closed.SUBORDINATORS or low in ("why", "what", "how"):
            return False
        if low in ("may", "march") or low in DAYS or low in closed.PRONOUNS or low in closed.DETERMINERS:
            return False
        return (
            low not in COMMON_CAPITALS and low not in closed.PREPOSITIONS and low not in closed.CONJUNCTIONS
        )

    def _unknown(self, tokens: list[Token], i: int, figures: Mapping[int, Figure]) -> tuple[Name, int] | None:  # noqa: C901, PLR0912  (one branch for each construction)
        state = tokens[i].low in DEMONYMS and i + 1 < len(tokens) and tokens[i + 1].text in _STATES
        if token_is_number(tokens[i].text) or tokens[i].low in PEOPLES:
            return None
        if (
            not self._is_name_word(tokens, i)
            or (tokens[i].low in DEMONYMS and not state and not _national(tokens, i))
            or ("-" in tokens[i].low[1:] and tokens[i].low.split("-")[-1] in _HYPHENATED | JOB_TITLES)
        ):
            return None
        end = self._run(tokens, i, figures)
        words = tokens[i:end]
        if i == 0 or tokens[i - 1].text in '\u201c":':
            if len(words) == 1 and self._is_common(words[0].low, tokens):
                return None
            described = words[0].low in ORGANISATION_NOUNS or self._lower[words[0].low] > 0
            institution = len(words) > 2 and words[0].low in _OF_NAMES and words[1].low == "of"
            if len(words) > 1 and described and not institution and not self._inside[words[0].low]:
                return None  # "Chipmaker Orvane said"
            if len(words) == 1 and not self._inside[words[0].low] and not _may_open(tokens, end, figures):
                return None
        lows = [t.low for t in words]
        text = " ".join(t.text for t in words)
        if " ".join(lows) in self.defined:
            return None
        if len(lows) == 1 and (
            lows[0] in self._discourse.defined
            or (i and tokens[i - 1].low in ("the", "our") and lows[0] in ORGANISATION_NOUNS)
        ):
            return None
        if self._titled and not all(self._inside[w] for w in lows):
            return None
        if (
            (
                len(lows) <= 2
                and i
                and tokens[i - 1].low in ("in", "near", "outside")
                and lows[-1] not in ORGANISATION_ENDINGS
            )
            and (
                (i > 1 and tokens[i - 2].low in _SITES)
                or not any(t.low.startswith(_STAKES) for t in tokens[max(0, i - 14) : i])
            )
            and not self._subject_like(lows)
        ):
            return Name(text, None, is_place=True), end
        if all(w.strip(".") in PLACES or w in _PLACE_WORDS for w in lows) and any(
            w.strip(".") in PLACES for w in lows
        ):
            return Name(text, None, is_place=True), end
        if 2 <= len(lows) <= 3 and lows[-1] not in ORGANISATION_ENDINGS and _beside_title(tokens, i, end):
            self._surnames.add(lows[-1])
            return Name(text, None, is_person=True), end
        if lows[0] in GIVEN_NAMES and 2 <= len(lows) <= 3 and lows[-1] not in ORGANISATION_ENDINGS:
            self._surnames.add(lows[-1])
            return Name(text, None, is_person=True), end
        if len(lows) == 1 and (lows[0] in self._surnames or lows[0] in GIVEN_NAMES):
            return Name(text, None, is_person=True), end
        while len(lows) > 1 and lows[0] in PLACES and lows[1] in PLACES:
            break
        product = self._is_product(tokens, words, end, figures) or (
            len(words) == 1 and _is_code(words[0].text)
        )
        end = self._past_dot(tokens, end)
        if product:
            while end in figures and figures[end].kind == FigureKind.COUNT and tokens[end].text.isdigit():
                text += " " + tokens[end].text
                end += 1
        return Name(text, None, is_product=product), end

    def _subject_like(self, lows: list[str]) -> bool:
        """Whether a name stands elsewhere than after "in"."""
        return self._inside[lows[0]] > self._after_in[lows[0]]

    def _run(self, tokens: list[Token], i: int, figures: Mapping[int, Figure]) -> int:
        end = i + 1
        while end < len(tokens):
            token = tokens[end]
            named = token.is_word and token.text[0].isupper() and end not in figures
            joins = named and (
                self._is_name_word(tokens, end) or token.low in ORGANISATION_ENDINGS - COMMON_FIRST
            )
            if (
                joins
                and token.low in DEMONYMS
                and not (end + 1 < len(tokens) and tokens[end + 1].text[0].isupper())
            ):
                break
            if (
                joins
                and self._world.find(tokens, end) is not None
                and len(tokens[i:end]) >= 1
                and tokens[i].low not in ORGANISATION_ENDINGS
            ):
                break
            if joins or (
                token.low.strip(".") in LEGAL_FORMS and token.is_word and token.low not in _LOWER_CASE_WORDS
            ):
                end += 1
            elif (
                (token.text == "&" and end + 1 < len(tokens) and tokens[end + 1].text[0].isupper())
                or (
                    token.low == "of"
                    and any(t.low in _OF_NAMES for t in tokens[i:end])
                    and end + 1 < len(tokens)
                    and tokens[end + 1].text[0].isupper()
                )
                or (
                    token.text == ","
                    and end + 1 < len(tokens)
                    and tokens[end + 1].low.strip(".") in LEGAL_FORMS
                    and tokens[end + 1].is_capitalised
                )
                or (
                    token.low in CONNECTORS
                    and not token.is_capitalised
                    and end + 1 < len(tokens)
                    and tokens[end + 1].is_capitalised
                    and end + 1 not in figures
                )
            ):
                end += 2
            else:
                break
        return end

    def _is_common(self, low: str, tokens: list[Token]) -> bool:
        """Whether a lone word that opens a sentence is an ordinary one."""
        if self._inside[low]:
            return False
        if (
            self._lower[low]
            or low in NOUN_CLASS
            or singular(low) in NOUN_CLASS
            or singular(low) in ORGANISATION_NOUNS
        ):
            return True
        if "-" in low and low.partition("-")[2] and token_tail_is_lower(tokens[0].text):
            return True
        if (
            low in OPENERS
            or low in VERB_FORMS
            or low in closed.ADVERBS
            or low in closed.SUBORDINATORS
            or low.endswith(_COMMON_ENDINGS)
        ):
            return True
        return "-" in low and low.rsplit("-", maxsplit=1)[-1] in _HYPHENATED

    def _is_product(
        self, tokens: list[Token], words: list[Token], end: int, figures: Mapping[int, Figure]
    ) -> bool:
        figure = figures.get(end)
        if (
            figure is not None
            and figure.kind is FigureKind.COUNT
            and not figure.scaled
            and tokens[end].text.isdigit()
        ):
            return words[-1].low not in ORGANISATION_ENDINGS
        return False


#: After a known name these are its wares, not another company: "Orvane AI chips".
_WEAK_ENDINGS = words(
    "ai cloud data digital software services labs compute computing chips silicon graphics platforms"
)
COMMON_FIRST = frozenset({"contract", "company"})


#: Before "in X", these make X a place.
_SITES = words("campus site plant park facility hall halls building buildings centre center complex region")
#: Before "in X", these make X a company: "a stake in X".
_STAKES = (
    "invest",
    "stake",
    "share",
    "hold",
    "interest",
    "put",
    "plough",
    "pour",
    "inject",
    "round",
    "equity",
    "fund",
    "sink",
    "believ",
)


#: Legal forms that are ordinary words when written small: "the Osaka company".
_LOWER_CASE_WORDS = words("as a co company corporation limited incorporated holdings")


def _beside_title(tokens: list[Token], i: int, end: int) -> bool:
    """Whether a job title stands beside a name: "chief executive X Y", "X Y, its founder"."""
    if i and tokens[i - 1].low in JOB_TITLES:
        return True
    after = tokens[end : end + 7]
    if not after or after[0].text != "," or any(t.text in ",;." for t in after[1:3]):
        return False
    return any(
        t.low in JOB_TITLES or t.low.removeprefix("co-") in ("head", "director", "chief", "leader")
        for t in after[1:5]
    )


def _national(tokens: list[Token], i: int) -> bool:
    """Whether a word like "Czech" begins the name of an institution: "Czech Investment Bank"."""
    row = []
    for token in tokens[i + 1 : i + 6]:
        if not token.is_word or not token.text[0].isupper():
            break
        row.append(token.low)
    return len(row) > 1 and row[-1] in _INSTITUTIONS and all(w in ORGANISATION_ENDINGS for w in row[-2:])


#: After these, two general words make a national institution's name.
_INSTITUTIONS = words(
    "bank fund agency ministry authority council commission institute treasury corporation railways"
)


def _may_open(tokens: list[Token], end: int, figures: Mapping[int, Figure]) -> bool:
    """Whether what follows a lone word at the head of a sentence lets it be a name."""
    if end >= len(tokens):
        return True
    token = tokens[end]
    if not token.is_word:
        return token.text not in ".;!?"
    if end in figures or token.low in closed.PRONOUNS or token.low in closed.DETERMINERS:
        return False
    if token.low in closed.PREPOSITIONS and token.low not in ("in", "to", "with", "at", "on"):
        return False
    return token.low not in closed.RELATIVES


def token_tail_is_lower(text: str) -> bool:
    """Whether what follows the hyphen is no name: "Saw-tooth"."""
    return text.rpartition("-")[2].islower()


def token_is_number(text: str) -> bool:
    """Whether a word that begins with a digit is no name: "5G", "72-hour"."""
    return text[0].isdigit() and sum(c.isalpha() for c in text) < 3


def _is_code(text: str) -> bool:
    """Whether a word is a product's code, like "XQ-707"."""
    return "-" in text and any(c.isdigit() for c in text) and text.split("-", maxsplit=1)[0].isupper()


_PLACE_WORDS = words(
    "new north south east west united saudi hong kong abu dhabi great upper lower san los santa st las"
)
_OPENING_MARKS = '.!?:-\u2013\u2014"\u201c'
_STATES = words("State Government Republic Treasury Army Navy Ministry Kingdom")
_HYPHENATED = words(
    "based backed listed led owned run linked made style born focused bound wide era related term year"
    " quarter half based-in controlled class"
)  # fmt: skip
