"""What a document says of its own words: defined terms, short names, subsidiaries."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from loopledger.read.discourse import Discourse
from loopledger.read.items import Item, NounPhrase
from loopledger.read.segment import Sentence

if TYPE_CHECKING:
    from loopledger.read.chunks import Chunker

__all__ = ["defined_terms", "note_abbreviations", "note_definitions", "subsidiaries"]

_ALSO_DEFINED = re.compile(
    r"[\"\u201c]([A-Z][\w .&-]{1,40})[\"\u201d]\s+or\s+(?:the\s+)?[\"\u201c]([A-Z][\w .&-]{1,40})[\"\u201d]"
)
_DEFINED = re.compile(
    r"\(\s*(?:the|each,? an?|collectively,? the|together,? the|hereinafter)?\s*[\"\u201c]"
    r"([A-Z][\w .&-]{1,40})[\"\u201d]\s*\)"
)
#: "X", "we" and the "Company" refer to X Inc.
_REFER = re.compile(r"[\"\u201d]\s+(?:each\s+)?(?:refers?|means?)\b", re.IGNORECASE)
_QUOTED = re.compile(r"[\"\u201c]([A-Za-z][\w .&-]{1,40})[\"\u201d]")
#: "P = Pontis Grid", "PG stands for Pontis Grid"
_SHORT = re.compile(
    r"\b(?P<short>[A-Z][A-Za-z0-9&]{0,6})\s*(?:=|\bstands for\b|\bis short for\b)\s*(?:the )?"
    r"(?P<full>[A-Z][\w&'-]+(?: [A-Z][\w&'-]+){0,3})"
)
#: "Orvane Cloud, a unit of Orvane"
_SUBSIDIARY = re.compile(
    r"((?:[A-Z][\w&-]+ ){1,3}[A-Z][\w&-]+), (?:a|an|its|the) (?:[\w-]+ ){0,3}?"
    r"(?:unit|subsidiary|arm|affiliate|division|vehicle)\b"
)
_LEGAL = re.compile(
    r"\b(?:Inc|Corp|Corporation|N\.V|Ltd|Limited|plc|LLC|PLC|SE|AG|S\.A|Co)\b\.?", re.IGNORECASE
)


def defined_terms(texts: list[str]) -> set[str]:
    """Return the terms that a document defines, in lower case: (the "Purchaser")."""
    return {
        match[1].lower()
        for text in texts
        if '"' in text or "\u201c" in text
        for match in _DEFINED.finditer(text)
    }


def subsidiaries(texts: Iterable[str]) -> set[str]:
    """Return the names of units that are named like their owners: "Orvane Cloud, a unit of Orvane"."""
    found: set[str] = set()
    for text in texts:
        if any(word in text for word in (" unit", " subsid", " arm", " affil", " divis", " vehicle")):
            found |= {m[1].lower() for m in _SUBSIDIARY.finditer(text)}
    return found


def note_abbreviations(discourse: Discourse, chunker: Chunker, texts: Iterable[str]) -> None:
    """Note names that the document shortens: "P = Pontis Grid"."""
    for text in texts:
        if "=" not in text and " stands for " not in text and " short for " not in text:
            continue
        for match in _SHORT.finditer(text):
            names = [i.entity for i in chunker.items(match["full"]) if isinstance(i, NounPhrase)]
            if len(names) == 1 and names[0] is not None:
                discourse.shorten(match["short"], names[0])


def note_definitions(discourse: Discourse, sentence: Sentence, items: list[Item], *, filing: bool) -> None:  # noqa: C901  (one branch for each construction)
    """Note names that the document defines: "X Inc. (the "Company")"."""
    quoted = '"' in sentence.text or "\u201c" in sentence.text
    for match in _DEFINED.finditer(sentence.text) if quoted else ():
        before = [
            i for i in items if isinstance(i, NounPhrase) and i.entity is not None and i.end <= match.start()
        ]
        if before and before[-1].entity is not None:
            discourse.alias(match[1], before[-1].entity)
    for match in _ALSO_DEFINED.finditer(sentence.text) if quoted else ():
        before = [
            i for i in items if isinstance(i, NounPhrase) and i.entity is not None and i.end <= match.start()
        ]
        if before and before[-1].entity is not None:
            for name in match.groups():
                discourse.alias(name, before[-1].entity)
    if quoted and _REFER.search(sentence.text):
        named = [i.entity for i in items if isinstance(i, NounPhrase) and i.entity is not None]
        for match in _QUOTED.finditer(sentence.text):
            if named:
                discourse.alias(match[1], named[-1])
    if filing and "company" not in discourse.defined and sentence.index < 3:
        first = next((i.entity for i in items if isinstance(i, NounPhrase) and i.entity is not None), None)
        if first is not None and (_LEGAL.search(sentence.text) or sentence.is_heading):
            discourse.alias("company", first)
