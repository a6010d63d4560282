"""Words that colour a promise: how sure, how far, and whether it is one at all.

Each table is a list of phrases; white space matches any white space. To teach the reader a phrase,
add it to the list of what it signals.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache

from loopledger.records import Firmness, Status

__all__ = [
    "DENIED",
    "FIRMNESS",
    "NOT_PROMISED",
    "PRECEDED_BY",
    "REVENUE_SHARE",
    "STATUS",
    "UNITS_OF_PRICE",
    "Phrases",
    "any_phrase",
]


_WORD = re.compile(r"[A-Za-z]+")


@lru_cache(maxsize=16)
def _words_of(text: str) -> frozenset[str]:
    """Return the words of a text; several tables look at the same sentence one after another."""
    return frozenset(_WORD.findall(text.lower()))


class Phrases:
    """Finds any of some phrases as whole words; ``*`` ends any word.

    A phrase is looked for only where its first word stands, which costs far less than one pattern of all.

    Parameters
    ----------
    phrases : iterable of str
        Each begins with a letter; white space matches any white space.
    """

    def __init__(self, phrases: Iterable[str]) -> None:
        by_head: dict[str, list[str]] = {}
        for phrase in sorted(phrases, key=len, reverse=True):
            head = _WORD.match(phrase)
            by_head.setdefault(head[0].lower() if head else "", []).append(phrase)
        self._by_head = {head: re.compile(rf"(?:{'|'.join(map(_pattern, row))})(?!\w)", re.IGNORECASE)
                         for head, row in by_head.items()}  # fmt: skip
        self._heads = frozenset(self._by_head)

    def finditer(self, text: str, pos: int = 0, endpos: int = sys.maxsize) -> Iterator[re.Match[str]]:
        """Yield the phrases in a stretch of text, from left to right."""
        if self._heads.isdisjoint(_words_of(text)):
            return
        at = pos
        for word in _WORD.finditer(text, pos, endpos):
            pattern = self._by_head.get(word[0].lower())
            start = word.start()
            if (
                pattern is None
                or start < at
                or (start and (text[start - 1].isalnum() or text[start - 1] == "_"))
            ):
                continue
            found = pattern.match(text, start, endpos)
            if found is not None:
                at = found.end()
                yield found

    def search(self, text: str, pos: int = 0, endpos: int = sys.maxsize) -> re.Match[str] | None:
        """Return the first phrase in a stretch of text."""
        return next(self.finditer(text, pos, endpos), None)


def _pattern(phrase: str) -> str:
    return re.escape(phrase).replace(r"\ ", r"\s+").replace(r"\*", r"\w*")


def any_phrase(phrases: Iterable[str]) -> Phrases:
    """Return what finds any of the phrases."""
    return Phrases(phrases)


#: What a sentence, or the document, says about how far a promise has come; earlier rows win.
STATUS: Mapping[Status, tuple[str, ...]] = {
    Status.CANCELLED: (
        "cancelled", "canceled", "cancels", "cancel", "terminated", "terminates", "scrapped", "scraps", "abandoned",
        "abandons", "walked away", "walks away", "walk away", "called off", "calls off", "will not proceed",
        "not proceed", "no longer be made", "no longer proceed", "will no longer", "fell through", "fallen through",
        "collapsed", "lapsed", "lapses unused", "withdrew", "withdrawn", "pulled out", "pulls out", "torn up",
        "tore up", "tears up", "shelved", "shelves", "dropped its", "drops", "dead", "supersedes", "superseded",
        "backed out", "backs out",
        "dropped out", "drops out", "backed away", "has ended the", "dropped a", "dropped an",
        "dropped plans", "drops plan", "drops plans",
        "gave up", "gives up on",
        "no longer intends", "no longer plans", "called it off", "let lapse", "has ended", "tore up",
        "scuttled", "scuppered", "allowed to expire", "has expired", "ditched", "ditches", "unwound", "voided",
        "rescinded", "dropped the", "pulled the plug", "never materialised", "never materialized",
    ),
    Status.RUMOURED: (
        "people familiar", "person familiar", "people with knowledge", "people with direct knowledge",
        "sources said", "sources say", "source said", "people briefed", "people close to", "is said to",
        "are said to", "was said to", "said to line up", "said to be", "said to total", "reportedly", "rumoured",
        "rumored", "according to people", "citing people", "citing several people", "report says", "reports say",
        "a newspaper reported", "reported on", "media reports", "unconfirmed", "asking not to be named",
        "who asked not to be", "the people said", "according to a report", "is understood to",
        "are understood to", "insiders say", "speculation",
    ),
    Status.IN_TALKS: (
        "in talks", "in discussions", "negotiations", "talks are", "under negotiation", "discussions are",
        "in advanced talks", "in early talks", "in negotiations", "talks with",
        "talks over", "talks about", "negotiating", "is discussing", "are discussing", "has discussed",
        "considering", "is weighing", "are weighing", "exploring", "exploratory", "close to a deal",
        "nearing a deal", "near a deal", "is close to", "advanced discussions", "still in discussion",
        "in the running", "courting", "has approached", "bargaining", "haggling",
    ),
    Status.LETTER_OF_INTENT: (
        "letter of intent", "letters of intent", "LOI", "memorandum of understanding", "memoranda of understanding",
        "MoU", "MOU", "term sheet", "heads of terms", "heads of agreement", "agreement in principle",
        "agreed in principle", "non-binding", "nonbinding", "not binding", "preliminary agreement",
        "statement of intent", "not yet binding", "no binding", "framework of intent", "indicative terms",
        "conditionally committed", "conditional commitment", "nothing enforceable",
    ),
    Status.DEFINITIVE: (
        "signed", "signs", "has signed", "entered into", "enters into", "definitive", "binding", "contracted",
        "has ordered", "have ordered", "ordered", "orders", "placed an order", "is obligated", "are obligated",
        "obligated", "is required to", "is obliged", "are obliged", "obliged", "must purchase", "must buy",
        "must pay", "won a contract", "won an order", "has won", "has landed", "has awarded", "awarded",
        "sealed", "inked", "inks", "firm order", "take-or-pay", "concluded", "has booked", "booked", "struck",
        "locked in", "under contract", "has a contract", "have a contract", "legally bound", "executed",
        "has let", "signing", "holds a contract", "irrevocable", "irrevocably", "unconditional", "is bound to",
    ),
}  # fmt: skip

FIRMNESS: Mapping[Firmness, tuple[str, ...]] = {
    Firmness.NON_BINDING: STATUS[Status.LETTER_OF_INTENT] + STATUS[Status.IN_TALKS],
    Firmness.CONDITIONAL: (
        "subject to", "conditional on", "conditional upon", "contingent on", "contingent upon", "provided that",
        "only if", "takes effect only", "depends on", "depend on", "dependent on", "if approved", "once approved",
        "pending", "conditionally", "as each", "once certain", "milestones are met", "in step with", "awaiting",
        "hinges on", "hinge on", "requires approval", "unless",
    ),
    Firmness.OPTION: ("option to", "option on", "options for", "right to buy", "right to acquire",
    "at its option", "may elect"),
}  # fmt: skip

#: Just before a figure: it is not a promise, and why.
NOT_PROMISED: Mapping[str, tuple[str, ...]] = {
    "a superseded figure": ("up from", "down from", "from a previous", "instead of", "rather than", "compared with",
                            "against", "versus", "from an earlier", "previously", "originally"),
    "a valuation": ("valued at", "values it at", "values the company at", "valuing", "valuation of",
                    "valuation at", "values", "value of", "worth as a company", "pre-money", "post-money", "is worth"),
    "a total of other figures": ("taking the total", "bringing the total", "combined value", "combined total",
                                 "cumulative total", "in all", "altogether", "adds up to", "add up to", "total to",
                                 "brings the total", "takes the total", "brings total", "taking total"),
    "a part of another figure": ("of which", "including", "includes"),
}  # fmt: skip

#: What follows is denied.
DENIED = (
    "no truth in", "denied", "denies", "deny", "denial", "dismissed", "dismisses", "untrue", "is false", "was false",
    "not true", "rejected a report", "rejected reports", "rejects report", "ruled out", "rules out", "no plans",
    "no intention", "never agreed", "has not agreed", "have not agreed", "contradicted", "not in talks", "invented",
    "baseless", "were wrong", "was wrong", "is wrong", "are wrong", "incorrect", "mistaken", "inaccurate",
    "without foundation", "disputed", "disputes", "no agreement", "no such",
)  # fmt: skip

#: Between a figure and the thing priced: "$8 per unit", "$3,000 a box".
UNITS_OF_PRICE = re.compile(
    r"\s*(?:(?:per|an?|each|apiece)\b|/)\s*(?!year\b|month\b|quarter\b|annum\b)(?:[a-z]+[ -]){0,3}?"
    r"(?:share|unit|box|tonne|ton|barrel|megawatt-hour|kilowatt-hour|mwh|kwh|hour|day|week|user|seat|head|piece"
    r"|million|billion|thousand|gigawatt|megawatt|gw|mw|token|gpu|chip|customer|ounce|pound|kilogram|kg|litre"
    r"|gallon|thousand|home|job|vote|apiece|each|watt|btu)s?\b|\s*(?:apiece|each|a head|a share|a piece)\b",
    re.IGNORECASE,
)

#: A share of somebody's takings.
REVENUE_SHARE = re.compile(
    r"\broyalt(?:y|ies)\s+of\s+[\d.]+\s*(?:%|per\s?cent)|"
    r"(?:%|per\s?cent)\s+of\s+(?:[\w'\u2019]+\s+){0,3}?(?:revenues?|sales|turnover|takings|receipts|income|profits?|proceeds"
    r"|what\s+[^.,]{0,40}?\b(?:earns?|makes?|takes?\s+in|brings?\s+in))\b",
    re.IGNORECASE,
)

#: A figure led in by these is somebody's statistic.
PRECEDED_BY = any_phrase(phrase for phrases in NOT_PROMISED.values() for phrase in phrases)
