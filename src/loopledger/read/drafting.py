"""From a completed event to a draft, or to the reason why it is none."""

from __future__ import annotations

import re
from decimal import Decimal

from loopledger.read.dates import effective
from loopledger.read.events import Event
from loopledger.read.lexicon.cues import REVENUE_SHARE
from loopledger.records import Draft, Firmness, Kind, Span, Units
from loopledger.sources import Document
from loopledger.units import Bound

_OPTION = re.compile(
    r"\b(?:holds?|has|have|retains?|retained|obtains?|obtained|gets?|got|receives?|received|with|grants?|granted|gives?|gave)\s+"
    r"(?:[\w'\u2019-]+\s+){0,4}?(?:an?\s+)?(?:[\w-]+\s+)?options?\s+(?:on|to|for|over)\b",
    re.IGNORECASE,
)


def refusal(event: Event) -> str:  # noqa: C901  (one branch for each construction)
    """Return why no record is made of an event; empty if one is."""
    if event.refused:
        return event.refused
    if event.kind is None:
        return "no kind of promise could be told"
    shared = event.kind is Kind.REVENUE_SHARE and REVENUE_SHARE.search(event.sentence.text) is not None
    if not event.has_quantity and not shared:
        return "no quantity"
    if event.payee is None:
        return "nobody to pay could be told"
    if not event.payers and event.kind is not Kind.BOND:
        return "nobody who pays could be told"
    if event.is_negated and event.status.value != "cancelled":
        return "negated"
    figure = event.money or event.power or event.count
    before = event.sentence.text[: figure.start if figure else event.end]
    if _OPTION.search(before) and event.status.value != "cancelled" and event.kind is not Kind.WARRANT:
        return "an option that is not exercised"
    if event.payee and all(e.placeholder for e in [*event.payers, event.payee]) and event.payers:
        return "neither side is named"
    if (
        event.modal in ("may", "might")
        and event.trigger != "draw"  # "may draw up to $5 million under the facility"
        and event.firmness is not Firmness.OPTION
        and event.status.value != "rumoured"
    ):
        return "only a possibility"
    if event.payee in event.payers:
        return "both sides are the same"
    return ""


def refused(document: Document, event: Event, reason: str) -> tuple[Span, str]:
    """Return the passage of an event and why no record was made of it."""
    return event.sentence.span(document, event.start, max(event.end, event.start + 1)), reason


def _counted(event: Event) -> str:
    """Return what is counted; of a warrant, whose shares."""
    if event.kind is Kind.WARRANT and event.counted == "share" and len(event.payers) == 1:
        return f"{event.payers[0].ref.name} shares"
    return event.counted


def heard(event: Event) -> list[str]:
    """Return which words made a record, for explanations: its verb or noun, its figures and their hedges."""
    lines = [f'"{event.said}" is {event.act.value}'] if event.said else []
    for name, figure in (("amount", event.money), ("capacity", event.power), ("count", event.count)):
        if figure is not None and figure.text:
            hedge = f" ({figure.bound.value})" if figure.bound is not Bound.EXACT else ""
            lines.append(f'{name} "{figure.text}"{hedge}')
    return lines


def draft_of(document: Document, event: Event) -> Draft:
    """Return the draft of an event that nothing speaks against."""
    span = event.sentence.span(document, event.start, event.end)
    extra = [sentence.span(document, start, end) for sentence, start, end in event.extra[:3] if end > start]
    units = None
    if event.count is not None and event.count.count is not None:
        units = Units(count=event.count.count, of=_counted(event))
    amount = event.money.amount if event.money else None
    capacity = event.power.capacity if event.power else None
    term = event.term
    return Draft(
        kind=event.kind or Kind.OTHER,
        payers=tuple(e.ref for e in event.payers),
        payee=event.payee.ref if event.payee else None,
        amount=amount, capacity=capacity, units=units,
        term_years=Decimal(term) if term is not None else None,
        products=tuple(event.products), suppliers=tuple(e.ref for e in event.suppliers),
        status=event.status, firmness=event.firmness, effective=effective(event.sentence.text),
        evidence=(span, *extra), rules=(*event.rules, *heard(event)),
    )  # fmt: skip
