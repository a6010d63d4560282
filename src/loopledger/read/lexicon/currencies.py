"""Currencies that share a word: whose crowns are meant, told by the places a document speaks of.

To teach the reader a place, add the beginning of its word to the row of its currency.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

__all__ = ["SHARED", "home_currencies"]

#: Word : currency : beginnings of words that speak for it; the first currency counts when none is found.
SHARED: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    word: codes
    for words, codes in (
        ("crowns crown kroner kronor krone krona", {
            "NOK": ("norw", "oslo", "bergen", "stavanger", "trondheim"),
            "SEK": ("swed", "stockholm", "gothenburg", "malmo", "malmö"),
            "DKK": ("danish", "denmark", "copenhagen", "aarhus", "danes"),
            "CZK": ("czech", "prague", "brno", "ostrava"),
            "ISK": ("iceland", "reykjav"),
        }),
        ("pesos", {
            "MXN": ("mexic",), "CLP": ("chile", "santiago"), "ARS": ("argentin", "buenos"),
            "COP": ("colombia", "bogot"), "PHP": ("philippin", "manila", "filipino"),
        }),
        ("pounds", {"GBP": ("british", "britain", "london", "uk", "sterling", "england", "scot", "wales"),
                    "EGP": ("egypt", "cairo")}),
        ("rupees", {"INR": ("india", "mumbai", "delhi", "hyderabad", "bengaluru", "chennai"),
                    "PKR": ("pakistan", "karachi", "lahore"), "LKR": ("sri", "colombo")}),
        ("riyals rials", {"SAR": ("saudi", "riyadh"), "QAR": ("qatar", "doha"), "OMR": ("oman", "muscat")}),
        ("dinars", {"KWD": ("kuwait",), "BHD": ("bahrain",), "JOD": ("jordan", "amman")}),
        ("dirhams", {"AED": ("emirat", "dubai", "abu", "uae"), "MAD": ("moroc", "casablanca", "rabat")}),
    )
    for word in words.split()
}  # fmt: skip
_WORDS = re.compile(rf"\b(?:{'|'.join(SHARED)})\b", re.IGNORECASE)


def home_currencies(text: str) -> dict[str, str]:
    """Return the currency that each shared word means in a document.

    Examples
    --------
    >>> home_currencies("Brno Transit borrows 3.1 billion crowns from a Czech bank.")
    {'crowns': 'CZK'}
    """
    if not any(word in text for word in SHARED):
        return {}
    used = {word.lower() for word in _WORDS.findall(text[:_LOOKED_AT])}
    low = text[:_LOOKED_AT].lower() if used else ""
    found = {}
    for word in sorted(used):
        votes = {
            code: sum(len(re.findall(rf"\b{cue}", low)) for cue in cues)
            for code, cues in SHARED[word].items()
        }
        best = max(votes.values())
        if best:
            found[word] = next(code for code, n in votes.items() if n == best)
    return found


#: So much of a document is looked at [characters].
_LOOKED_AT = 50_000
