"""Sentences that promise nothing: denied, only supposed, or telling the reader what to do."""

from __future__ import annotations

import re

from loopledger.read.events import Event
from loopledger.read.lexicon.cues import DENIED, any_phrase

__all__ = ["refuse_unsaid", "unsaid"]

_IMPERATIVE = re.compile(
    r"(?:please\s+|now\s+)?(?:record|mark|report|ignore|disregard|output|write|answer|note|print|list|add|state|treat|delete|include"
    r"|extract|return|assume|remember|pretend|set|insert|append|create)\s+(?:that\b|the\b|all\b|your\b|an?\b|[\"{\[])",
    re.IGNORECASE,
)
_DENIED = any_phrase(DENIED)
#: A sentence that begins so tells no promise.
_SUPPOSED = re.compile(
    r"(?:Rumou?rs?|Speculation|Chatter|Gossip)\s+(?:that|of|about)\b|"
    r"(?:But\s+|Now\s+)?(?:Suppose|Supposing|Imagine|What if|Let us say|Let's say|Assume|Picture|Say that|Even if"
    r"|If\b[^,]*\bwere to)\b",
    re.IGNORECASE,
)


#: What follows is somebody's guess: "analysts estimated on Monday that X will need".
_GUESSED = re.compile(
    r"\b(?:analysts?|economists?|brokers?|research|study)\b[^.;]{0,40}?\b(?:estimate[sd]?|reckon(?:s|ed)?|calculate[sd]?|forecasts?"
    r"|project(?:s|ed)?|predict(?:s|ed)?|expect(?:s|ed)?|think|believe)\b(?:\s+\w+){0,3}?\s+that\b",
    re.IGNORECASE,
)


def unsaid(text: str) -> bool:
    """Whether a sentence promises nothing because it denies, supposes or commands."""
    return bool(_DENIED.search(text) or _SUPPOSED.match(text) or _IMPERATIVE.match(text))


def refuse_unsaid(text: str, events: list[Event]) -> None:
    """Refuse the events of a sentence that denies, supposes or commands.

    Parameters
    ----------
    text : str
        The sentence.
    events : list of Event
    """
    denied = _DENIED.search(text) if events else None
    commanded = bool(events) and _IMPERATIVE.match(text) is not None
    supposed = bool(events) and _SUPPOSED.match(text) is not None
    guessed = _GUESSED.search(text) if events else None
    for event in events:
        if guessed and guessed.end() <= event.start:
            event.refused = "an estimate"
        if supposed:
            event.refused = "only supposed"
        if commanded:
            event.refused = "an instruction to the reader"
        if denied and (denied.start() < event.end or event.modal == "would"):
            event.refused = "denied"
