"""Which words make a name, which end it, and what stands beside it."""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping, Sequence

from loopledger.read.lexicon import closed, words
from loopledger.read.lexicon.names import JOB_TITLES, ORGANISATION_ENDINGS
from loopledger.read.lexicon.nouns import NOUN_CLASS
from loopledger.read.lexicon.roles import ORGANISATION_NOUNS
from loopledger.read.quantities import Figure
from loopledger.read.tokens import Token

OF_NAMES = words(
    "bank department ministry university republic kingdom state government institute house board bureau"
    " port city council college commonwealth authority agency commission fund treasury province county"
)  # fmt: skip
COMMON_ENDINGS = (
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
#: After a known name these are its wares, not another company: "Orvane AI chips".
WEAK_ENDINGS = words(
    "ai cloud data digital software services labs compute computing chips silicon graphics platforms"
)
OPENING_MARKS = '.!?:-\u2013\u2014"\u201c'
COMMON_FIRST = frozenset({"contract", "company"})


#: Before "in X", these make X a place.
SITES = words("campus site plant park facility hall halls building buildings centre center complex region")
#: Before "in X", these make X a company: "a stake in X".
STAKES = (
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
LOWER_CASE_WORDS = words("as a co company corporation limited incorporated holdings")


def beside_title(tokens: list[Token], i: int, end: int) -> bool:
    """Whether a job title stands beside a name: "chief executive X Y", "X Y, its founder"."""
    if i and tokens[i - 1].low in JOB_TITLES:
        return True
    after = tokens[end : end + 7]
    if not after or after[0].text != "," or any(t.text in ",;." for t in after[1:3]):
        return False
    if any(t.low in ("said", "told", "says", "added") for t in after[1:]):
        return False  # "for the builder Jalan Nusa, the minister said"
    return any(
        t.low in JOB_TITLES or t.low.removeprefix("co-") in ("head", "director", "chief", "leader")
        for t in after[1:5]
    )


def national(tokens: list[Token], i: int) -> bool:
    """Whether a word like "Czech" begins the name of an institution: "Czech Investment Bank"."""
    row = []
    for token in tokens[i + 1 : i + 6]:
        if not token.is_word or not token.text[0].isupper():
            break
        row.append(token.low)
    if len(row) > 1 and row[-1] in INSTITUTIONS and all(w in ORGANISATION_ENDINGS for w in row[-2:]):
        return True
    ordinary = all(w in ORGANISATION_ENDINGS or w in NOUN_CLASS or w in ORGANISATION_NOUNS for w in row[:-1])
    return bool(row) and ordinary and row[-1] in NATIONAL


#: "Ethiopian Airlines", "Indian Oil": a word of place and one of these are a company.
NATIONAL = words(
    "airlines airways air oil gas petroleum aerospace airport railways rail post telecom telecommunications steel bank"
    " union solar electric power energy fund agency authority council commission mint shipping lines refining nuclear"
    " aluminium copper potash navy army airlift broadcasting lottery treasury"
)
#: After these, two general words make a national institution's name.
INSTITUTIONS = words(
    "bank fund agency ministry authority council commission institute treasury corporation railways"
)


def may_open(tokens: list[Token], end: int, figures: Mapping[int, Figure]) -> bool:
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


def is_code(text: str) -> bool:
    """Whether a word is a product's code, like "XQ-707"."""
    return "-" in text and any(c.isdigit() for c in text) and text.split("-", maxsplit=1)[0].isupper()


PLACE_WORDS = words(
    "new north south east west united saudi hong kong abu dhabi great upper lower san los santa st las"
)
STATES = words("State Government Republic Treasury Army Navy Ministry Kingdom")
HYPHENATED = words(
    "based backed listed led owned run linked made style born focused bound wide era related term year"
    " quarter half based-in controlled class"
)  # fmt: skip


#: Before a name at the head of a sentence these are verbs.
IMPERATIVES = words(
    "remember recall consider meet imagine forget ask take see think call enter picture suppose say"
)
#: "X-led consortium": X is one of it.
_LED = re.compile(r"(?P<name>[A-Z][\w&]*)-led\Z")
_LED_GROUPS = words("consortium group syndicate club team alliance investors lenders banks round")


def led_by(tokens: list[Token], i: int) -> str:
    """Return X in "X-led consortium"; empty for anything else."""
    match = _LED.match(tokens[i].text)
    if match is None or i + 1 >= len(tokens) or tokens[i + 1].low not in _LED_GROUPS:
        return ""
    return match["name"]


def written(tokens: Sequence[Token]) -> str:
    """Return a name as it is written, runs of blanks as one."""
    row = [tokens[0].text]
    for before, token in itertools.pairwise(tokens):
        row += [" "] * (token.start > before.end) + [token.text]
    return "".join(row)


#: Ordinary words that part a group's companies: "Orvane Heavy", "Orvane Life".
PLAIN_PARTS = frozenset(
    "heavy life electric display chemical marine fire card securities steel motor".split()
)


def are_people(word: str) -> bool:
    """Whether a plural names people: "Teachers' Pension Plan"."""
    return word.endswith(("ers", "ors", "ists", "men", "ees")) and len(word) > 5
