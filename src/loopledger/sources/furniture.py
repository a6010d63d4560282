"""What stands around an article on a page and is no part of it: the words and signs that tell.

To leave out another kind of page furniture, add its word to :data:`FURNITURE_WORDS`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

__all__ = ["FURNITURE_TEXT", "FURNITURE_WORDS", "RAW", "is_furniture"]

#: Elements whose inside is no mark-up.
RAW = frozenset("script style textarea xmp noembed noframes plaintext".split())
#: Elements that are never part of an article; ``ix:header`` holds the hidden facts of a tagged filing.
_SKIPPED = RAW | frozenset(
    """
    nav aside footer form button select option iframe svg canvas object noscript template head menu
    dialog audio video map math ix:header
    """.split()
)
_SKIPPED_ROLES = frozenset("navigation banner contentinfo complementary search dialog".split())
#: Words in a class or id that mark furniture around an article.
FURNITURE_WORDS = frozenset(
    """
    nav navbar navigation menu cookie cookies consent gdpr newsletter subscribe subscription related rel
    recirc recommended recommendations promo ad ads advert advertisement banner sponsor sponsored share
    sharing social breadcrumb breadcrumbs sidebar topbar footer masthead comments paywall popup modal
    signup login toolbar legal disclaimer widget trending popular
    """.split()
)
#: A block with these words is furniture wherever it stands.
FURNITURE_TEXT = re.compile(
    r"(?:\bcookies?\b.{0,200}\b(?:accept|reject|agree|partners|preferences|consent)\b)"
    r"|^(?:accept all|subscribe|sign in|log in|you may also like|related articles?|read more)\b",
    re.IGNORECASE,
)
_HIDDEN_STYLE = re.compile(r"(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.IGNORECASE)
_NEVER = frozenset("body html article main".split())


def is_furniture(name: str, attributes: Mapping[str, str]) -> bool:
    """Whether an element is no part of the article, judged by its name and attributes in lower case."""
    if name in _SKIPPED:
        return True
    if not attributes:
        return False
    if "hidden" in attributes or attributes.get("aria-hidden") == "true":
        return True
    if attributes.get("role", "") in _SKIPPED_ROLES or _HIDDEN_STYLE.search(attributes.get("style", "")):
        return True
    if name in _NEVER:
        return False
    words = re.split(r"[\s_-]+", f"{attributes.get('class', '')} {attributes.get('id', '')}".lower())
    return not FURNITURE_WORDS.isdisjoint(words)
