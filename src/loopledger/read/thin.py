"""A first reading: one sentence, one verb, its subject and its quantity."""

from __future__ import annotations

import re
from collections.abc import Iterable

from loopledger.records import Draft, Kind, Party, PartyRef, Reading, Span
from loopledger.sources import Document
from loopledger.units import find_amounts, find_capacities

_SENTENCE = re.compile(r"[^.!?]+(?:[.!?](?=\S)[^.!?]*)*[.!?]?")
_VERBS = (
    (re.compile(r"\b(?:invest|inject)s?\b"), Kind.EQUITY_INVESTMENT),
    (re.compile(r"\b(?:spend|purchas(?:e|ing)|buy)s?\b"), Kind.PURCHASE_COMMITMENT),
    (re.compile(r"\bdeploys?\b"), Kind.CAPACITY_COMMITMENT),
)


def read(document: Document, parties: Iterable[Party]) -> Reading:
    """Return what a document promises."""
    names = {alias: PartyRef(p.short_name, p.id) for p in parties for alias in (p.short_name, *p.aliases)}
    pattern = re.compile(
        "|".join(rf"\b{re.escape(n)}\b" for n in sorted(names, key=len, reverse=True)) or r"\b\B"
    )
    drafts: dict[tuple[object, ...], Draft] = {}
    for block in document.blocks:
        for sentence in _SENTENCE.finditer(block.text):
            text, at = sentence[0], sentence.start()
            for verb, kind in _VERBS:
                match = verb.search(text)
                if match is None:
                    continue
                before = tuple(dict.fromkeys(names[m[0]] for m in pattern.finditer(text[: match.start()])))
                after = [names[m[0]] for m in pattern.finditer(text[match.end() :])]
                amount = next((m.value for m in find_amounts(text[match.end() :])), None)
                capacity = (
                    None if amount else next((m.value for m in find_capacities(text[match.end() :])), None)
                )
                if kind is Kind.CAPACITY_COMMITMENT:
                    capacity, amount = next((m.value for m in find_capacities(text)), None), None
                if not before or not after or not (amount or capacity):
                    continue
                key = (kind, before, after[0], amount, capacity)
                start, end = block.origin(at, at + len(text))
                span = Span(start, end, document.text[start:end])
                if key not in drafts:
                    drafts[key] = Draft(
                        kind=kind,
                        payers=before,
                        payee=after[0],
                        amount=amount,
                        capacity=capacity,
                        evidence=(span,),
                        rules=(f"verb:{match[0]}",),
                    )
                break
    return Reading(source=document.name, published=None, drafts=tuple(drafts.values()))
