"""Proper names in a row of tokens: known parties, and organisations nobody knows."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping

from loopledger.read.discourse import Discourse, Entity
from loopledger.read.items import Name
from loopledger.read.lexicon import closed, words
from loopledger.read.lexicon.inflect import Form, singular
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
    TERM_CAPITALS,
)
from loopledger.read.lexicon.nouns import NOUN_CLASS
from loopledger.read.lexicon.roles import ORGANISATION_NOUNS
from loopledger.read.lexicon.verbs import VERB_FORMS
from loopledger.read.namewords import (
    COMMON_ENDINGS,
    COMMON_FIRST,
    HYPHENATED,
    IMPERATIVES,
    LOWER_CASE_WORDS,
    OF_NAMES,
    OPENING_MARKS,
    PLACE_WORDS,
    PLAIN_PARTS,
    SITES,
    STAKES,
    STATES,
    WEAK_ENDINGS,
    are_people,
    beside_title,
    is_code,
    led_by,
    may_open,
    national,
    token_is_number,
    token_tail_is_lower,
    written,
)
from loopledger.read.quantities import Figure, FigureKind
from loopledger.read.spellings import Spellings
from loopledger.read.tokens import Token, tokenize
from loopledger.read.world import Known, World, without_legal_form
from loopledger.units.words import NUMBER_WORDS

__all__ = ["NameFinder"]


#: A company's name goes on for so many words at most when it becomes another's.
_MOST_ADDED = 3
#: What is told apart by letters: "Series C", "Class A shares", "Building D".
_LETTERED = words(
    "series class phase tranche lot building hall unit section part annex schedule exhibit round"
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
        self._surnames: set[str] = set()
        rows = list(rows)
        self._written = Spellings(rows)
        self._titled = False
        self._longer: set[str] = set()  # first words of longer names: "Lumen" where "Lumen Foundry" is named
        self.defined: set[str] = set()  # terms that the document defines: the "Purchaser"
        for row in rows:
            for i in range(len(row) - 1):
                self._note_longer(row, i)

    def _note_longer(self, tokens: list[Token], i: int) -> None:
        """Note that a well-known name begins the longer name of somebody else."""
        match = self._world.find(tokens, i)
        if match is None or match.known.is_registered or match.end != i + 1 or match.end >= len(tokens):
            return
        following = tokens[match.end]
        ends = following.low in ORGANISATION_ENDINGS and following.low not in LEGAL_FORMS
        if following.is_word and following.is_capitalised and ends:
            self._longer.add(tokens[i].low)

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
        leader = led_by(tokens, i)
        if leader and not self._titled:
            return self._led(leader), i + 1
        if match is not None and match.is_product and (
            self._named_by_chance(tokens, i, match.end) or self._begins_another(tokens, match.end)
        ):  # fmt: skip
            match = None
        if match is not None and not match.known.is_registered and self._other_bearer(tokens, i, match.end):
            match = None
        if match is not None:
            return self._known(tokens, match.known, match.end, figures, product=match.is_product, start=i)
        return self._unknown(tokens, i, figures)

    def _other_bearer(self, tokens: list[Token], i: int, end: int) -> bool:
        """Whether a lone word is no well-known company's name here: a verb, or short for a longer name."""
        low = tokens[i].low
        if end > i + 1:
            return False
        opens = i == 0 and (
            low in VERB_FORMS or low in OPENERS or low in NOUN_CLASS or self._written.lower[low] > 0
        )
        return opens or low in self._longer

    def _led(self, leader: str) -> Name:
        """Return the name in "X-led consortium"."""
        match = self._world.find(tokenize(leader), 0)
        return Name(leader, match.known if match is not None else None)

    def _named_by_chance(self, tokens: list[Token], i: int, end: int) -> bool:
        """Whether a product's name begins a company's: "the chip designer Ampere Lane"."""
        return (
            i > 0
            and end == i + 1
            and singular(tokens[i - 1].low) in ORGANISATION_NOUNS
            and end < len(tokens)
            and tokens[end].is_capitalised
            and self._is_name_word(tokens, end)
            and self._world.find(tokens, end) is None
        )

    def _begins_another(self, tokens: list[Token], end: int) -> bool:
        """Whether a product's name begins a company's by what follows: "Helios Investment Partners"."""
        row = list(itertools.takewhile(lambda t: t.is_word and t.text[0].isupper(), tokens[end : end + 4]))
        ends = bool(row) and row[-1].low in ORGANISATION_ENDINGS and row[-1].low not in WEAK_ENDINGS
        return ends and not self._titled and self._world.find(tokens, end) is None

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
            ends = tokens[stop].low in ORGANISATION_ENDINGS
            if self._world.find(tokens, stop) or not (ends or self._is_name_word(tokens, stop)):
                break
            stop += 1
        extra = [t.low for t in tokens[end:stop]]
        legal = stop < len(tokens) - 1 and (
            tokens[stop].text == ","
            and tokens[stop + 1].low in LEGAL_FORMS
            and tokens[stop + 1].is_capitalised
        )
        described = start > 0 and end == start + 1 and singular(tokens[start - 1].low) in ORGANISATION_NOUNS
        lone = (
            len(extra) == 1 and stop < len(tokens) and not tokens[stop].is_capitalised
            and any(form is Form.PAST for _, form in VERB_FORMS.get(tokens[stop].low, ()))
            and tokens[end].low in PLAIN_PARTS
        )  # fmt: skip
        lone = lone and not self._titled  # "Samsung Heavy confirmed"
        if not product and (lone or self._is_affiliate(tokens, known, start, end, stop)):
            return Name(written(tokens[start:stop]), None), stop
        if extra and not product and described and not self._titled and extra[-1] not in WEAK_ENDINGS:
            return Name(written(tokens[start:stop]), None), stop  # "the chip designer Ampere Lane"
        if (
            extra
            and not product
            and (extra[-1] not in WEAK_ENDINGS or (len(extra) > 1 and not self._titled) or legal)
            and (extra[-1] in ORGANISATION_ENDINGS or (len(extra) == 1 and tokens[end].text.isupper()))
        ):
            plain = [w for w in extra if w.strip(".") not in LEGAL_FORMS]
            if plain:
                text = written(tokens[start:stop])
                return Name(text, None), stop + 2 if legal else stop
            end = stop
        if (
            end < len(tokens)
            and tokens[end].text == ","
            and end + 1 < len(tokens)
            and tokens[end + 1].low.strip(".") in LEGAL_FORMS
            and tokens[end + 1].is_capitalised
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

    def _is_affiliate(self, tokens: list[Token], known: Known, start: int, end: int, stop: int) -> bool:
        """Whether words after a well-known company's name make it another's: "Toyota Tsusho", "Kakao Enterprise"."""
        added = tokens[end:stop]
        if not added or len(added) > _MOST_ADDED or self._titled or known.is_registered:
            return False
        goods = start > 0 and (
            token_is_number(tokens[start - 1].text) or tokens[start - 1].low in NUMBER_WORDS
        )
        plain = all(
            t.text.replace("-", "").isalpha() and not t.text.isupper() and t.low not in JOB_TITLES
            for t in added
        )
        return plain and not goods and added[-1].low not in WEAK_ENDINGS

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
        if low in TERM_CAPITALS and not self._institution(tokens, i):
            return False
        return (
            low not in COMMON_CAPITALS and low not in closed.PREPOSITIONS and low not in closed.CONJUNCTIONS
        )

    def _institution(self, tokens: list[Token], i: int) -> bool:
        """Whether a word of contracts begins an institution's name: "the Deposit Guarantee Fund"."""
        if self._titled or not i or tokens[i - 1].text in OPENING_MARKS or tokens[i].text.isupper():
            return False
        row = list(itertools.takewhile(lambda t: t.is_word and t.text[0].isupper(), tokens[i + 1 : i + 5]))
        return bool(row) and row[-1].low in ORGANISATION_ENDINGS and row[-1].low not in COMMON_FIRST

    def _unknown(self, tokens: list[Token], i: int, figures: Mapping[int, Figure]) -> tuple[Name, int] | None:  # noqa: C901, PLR0912  (one branch for each construction)
        state = tokens[i].low in DEMONYMS and i + 1 < len(tokens) and tokens[i + 1].text in STATES
        if token_is_number(tokens[i].text) or tokens[i].low in PEOPLES:
            return None
        if i and len(tokens[i].text) == 1 and tokens[i - 1].low in _LETTERED:
            return None  # "a Series C round"
        if (
            i
            and tokens[i].low in JOB_TITLES
            and tokens[i - 1].low in ("chief", "vice", "managing", "executive")
        ):
            return None  # "Chief Executive Lena Drost"
        if (
            not self._is_name_word(tokens, i)
            or (tokens[i].low in DEMONYMS and not state and not self._national(tokens, i))
            or ("-" in tokens[i].low[1:] and tokens[i].low.split("-")[-1] in HYPHENATED | JOB_TITLES)
        ):
            return None
        end = self._run(tokens, i, figures)
        end = self._past_genitive(tokens, i, end, figures)
        words = tokens[i:end]
        if i == 0 or tokens[i - 1].text in '\u201c":':
            if len(words) == 1 and self._is_common(words[0].low, tokens):
                return None
            described = words[0].low in ORGANISATION_NOUNS or (
                self._written.lower[words[0].low] > 0 and (self._titled or self._stands_alone(tokens, i + 1))
            )
            institution = len(words) > 2 and (
                (words[0].low in OF_NAMES and "of" in (words[1].low, words[2].low))
                or words[0].low == "bank"  # "Bank Central Asia"
            )
            if len(words) > 1 and words[0].low in IMPERATIVES and not self._written.inside[words[0].low]:
                return None  # "Remember Pecos Flats"
            if len(words) > 1 and described and not institution and not self._written.inside[words[0].low]:
                return None  # "Chipmaker Orvane said"
            if (
                len(words) == 1
                and not self._written.inside[words[0].low]
                and not may_open(tokens, end, figures)
            ):
                return None
        lows = [t.low for t in words]
        text = written(words)
        if " ".join(lows) in self.defined:
            return None
        if len(lows) == 1 and (
            lows[0] in self._discourse.defined
            or (i and tokens[i - 1].low in ("the", "our") and lows[0] in ORGANISATION_NOUNS)
        ):
            return None
        legal = len(lows) > 1 and lows[-1].strip(".") in LEGAL_FORMS and lows[-1] not in LOWER_CASE_WORDS
        if len(lows) == 1 and lows[0].strip(".") in LEGAL_FORMS:
            return None
        if self._titled and not legal and not all(self._written.inside[w] for w in lows):
            return None
        if (
            (
                len(lows) <= 2
                and i
                and tokens[i - 1].low in ("in", "near", "outside")
                and lows[-1] not in ORGANISATION_ENDINGS
            )
            and (
                (i > 1 and tokens[i - 2].low in SITES)
                or not any(t.low.startswith(STAKES) for t in tokens[max(0, i - 14) : i])
            )
            and not self._subject_like(lows)
        ):
            return Name(text, None, is_place=True), end
        if all(w.strip(".") in PLACES or w in PLACE_WORDS for w in lows) and any(
            w.strip(".") in PLACES for w in lows
        ):
            return Name(text, None, is_place=True), end
        if 2 <= len(lows) <= 3 and lows[-1] not in ORGANISATION_ENDINGS and beside_title(tokens, i, end):
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
            len(words) == 1 and is_code(words[0].text)
        )
        end = self._past_dot(tokens, end)
        if product:
            while end in figures and figures[end].kind == FigureKind.COUNT and tokens[end].text.isdigit():
                text += " " + tokens[end].text
                end += 1
        return Name(text, None, is_product=product), end

    def _stands_alone(self, tokens: list[Token], i: int) -> bool:
        """Whether a name is also written without the word before it: "Orvane" for "Rival Orvane", never "Liquide"."""
        return self._written.alone[tokens[i].low] > 0 or self._world.find(tokens, i) is not None

    def _national(self, tokens: list[Token], i: int) -> bool:
        """Whether a word like "Georgian" is part of a name: what follows is never written without it."""
        if self._titled or national(tokens, i):
            return national(tokens, i)
        row = list(itertools.takewhile(lambda t: t.is_word and t.text[0].isupper(), tokens[i + 1 : i + 6]))
        if (
            not row
            or self._world.find(tokens, i + 1)
            or self._written.bare[row[0].low]
            or row[0].low in COMMON_CAPITALS
        ):
            return False
        return len(row) > 1 and self._is_name_word(tokens, i + 1)

    def _past_genitive(self, tokens: list[Token], i: int, end: int, figures: Mapping[int, Figure]) -> int:
        """Return the end of a name with a genitive inside: "Harrod's Run", "the People's Bank of China"."""
        genitive = end + 1 < len(tokens) and (
            tokens[end].is_possessive or tokens[end].text in ("'", "\u2019")
        )
        if not genitive or not tokens[end + 1].is_capitalised or end + 1 in figures:
            return end
        pair = (tokens[end - 1].low, tokens[end + 1].low)
        if tokens[end].text in ("'", "\u2019"):
            return self._run(tokens, end + 1, figures) if are_people(pair[0]) else end
        always = self._written.owns[pair] > 1 and not self._written.owns[pair[0], ""]
        if end == i + 1 and (pair[0] == "people" or (always and self._is_name_word(tokens, end + 1))):
            return self._run(tokens, end + 1, figures)
        return end

    def _subject_like(self, lows: list[str]) -> bool:
        """Whether a name stands elsewhere than after "in"."""
        return self._written.inside[lows[0]] > self._written.after_in[lows[0]]

    def _run(self, tokens: list[Token], i: int, figures: Mapping[int, Figure]) -> int:
        end = i + 1
        while end < len(tokens):
            token = tokens[end]
            named = token.is_word and token.text[0].isupper() and end not in figures
            joins = named and (
                self._is_name_word(tokens, end)
                or token.low in ORGANISATION_ENDINGS - COMMON_FIRST
                or (
                    (token.low in TERM_CAPITALS or token.low == "reuters")
                    and not self._titled
                    and not token.text.isupper()
                )
            )
            if (
                joins
                and token.low in DEMONYMS
                and not (end + 1 < len(tokens) and tokens[end + 1].text[0].isupper())
            ):
                break
            if (
                joins
                and token.low not in PLACES
                and self._world.find(tokens, end) is not None
                and len(tokens[i:end]) >= 1
                and tokens[i].low not in ORGANISATION_ENDINGS
            ):
                break
            if joins or (
                token.low.strip(".") in LEGAL_FORMS and token.is_word and token.low not in LOWER_CASE_WORDS
            ):
                end += 1
            elif (
                (token.text == "&" and end + 1 < len(tokens) and tokens[end + 1].text[0].isupper())
                or (
                    token.low == "of"
                    and any(t.low in OF_NAMES or t.low == "corporation" for t in tokens[i:end])
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
        if self._written.inside[low]:
            return False
        if (
            self._written.lower[low]
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
            or low.endswith(COMMON_ENDINGS)
        ):
            return True
        return "-" in low and low.rsplit("-", maxsplit=1)[-1] in HYPHENATED

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
