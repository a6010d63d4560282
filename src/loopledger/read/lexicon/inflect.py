"""Inflected forms of English verbs and plurals of nouns, from their base forms."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum

from loopledger.read.lexicon import words

__all__ = ["Form", "inflected", "singular"]


class Form(StrEnum):
    """The form that a verb stands in."""

    BASE = "base"
    THIRD = "third"
    PAST = "past"
    PARTICIPLE = "participle"
    GERUND = "gerund"


#: base: past, past participle
_IRREGULAR = {
    "be": "was been", "begin": "began begun", "bring": "brought brought", "build": "built built",
    "buy": "bought bought", "choose": "chose chosen", "come": "came come", "cut": "cut cut", "do": "did done",
    "draw": "drew drawn", "fall": "fell fallen", "find": "found found", "get": "got gotten", "give": "gave given",
    "go": "went gone", "grow": "grew grown", "have": "had had", "hold": "held held", "keep": "kept kept",
    "know": "knew known", "lay": "laid laid", "lead": "led led", "leave": "left left", "lend": "lent lent",
    "let": "let let", "make": "made made", "mean": "meant meant", "meet": "met met", "pay": "paid paid",
    "plough": "ploughed ploughed", "put": "put put", "rise": "rose risen", "run": "ran run", "say": "said said",
    "see": "saw seen", "seek": "sought sought", "sell": "sold sold", "send": "sent sent", "set": "set set",
    "shut": "shut shut", "sink": "sank sunk", "speak": "spoke spoken", "spend": "spent spent",
    "stand": "stood stood", "strike": "struck struck", "take": "took taken", "tell": "told told",
    "think": "thought thought", "throw": "threw thrown", "undertake": "undertook undertaken",
    "underwrite": "underwrote underwritten", "win": "won won", "withdraw": "withdrew withdrawn",
    "write": "wrote written", "break": "broke broken", "become": "became become", "prepay": "prepaid prepaid",
    "rewrite": "rewrote rewritten", "hand": "handed handed", "outspend": "outspent outspent",
    "bid": "bid bid", "wind": "wound wound", "catch": "caught caught", "bind": "bound bound",
    "overtake": "overtook overtaken", "forgo": "forwent forgone", "split": "split split", "lose": "lost lost",
    "hit": "hit hit", "quit": "quit quit", "rent": "rented rented", "feed": "fed fed", "drive": "drove driven",
    "eat": "ate eaten", "fight": "fought fought", "ride": "rode ridden", "show": "showed shown",
}  # fmt: skip
_DOUBLED = words(
    "commit ship plan tap drop scrap let cut put set run get admit submit permit rig pin tip wrap sub"
    " transfer prefer refer defer bid win begin forget bag ink pump top slip grab shop snap"
) - {"ink", "pump"}  # fmt: skip


def inflected(base: str) -> Iterator[tuple[str, Form]]:
    """Yield each form of a verb.

    Examples
    --------
    >>> [word for word, _ in inflected("supply")]
    ['supply', 'supplies', 'supplied', 'supplied', 'supplying']
    """
    if base.startswith("pre-"):
        yield from ((f"pre-{word}", form) for word, form in inflected(base.removeprefix("pre-")))
        return
    yield base, Form.BASE
    sibilant = base.endswith(("s", "x", "z", "ch", "sh", "o"))
    consonant_y = base.endswith("y") and base[-2:-1] not in "aeiou"
    yield (base[:-1] + "ies" if consonant_y else base + ("es" if sibilant else "s")), Form.THIRD
    doubled = base + base[-1] if base in _DOUBLED else base
    stem = base[:-1] if base.endswith("e") and not base.endswith(("ee", "oe", "ye")) else doubled
    regular = base[:-1] + "ied" if consonant_y else (base + "d" if base.endswith("e") else doubled + "ed")
    past, participle = _IRREGULAR.get(base, f"{regular} {regular}").split()
    yield past, Form.PAST
    yield participle, Form.PARTICIPLE
    yield stem + "ing", Form.GERUND


def singular(noun: str) -> str:
    """Return the singular of a noun, by rule.

    Examples
    --------
    >>> singular("facilities"), singular("leases"), singular("chips"), singular("business")
    ('facility', 'lease', 'chip', 'business')
    """
    if len(noun) < 4 or not noun.endswith("s") or noun.endswith(("ss", "us", "is")):
        return noun
    if noun.endswith("ies"):
        return noun[:-3] + "y"
    if noun.endswith(("xes", "ches", "shes", "sses")):
        return noun[:-2]
    return noun[:-1]
