"""The register in words: lines of plain text, the same for the same records, 100 columns at most."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator
from decimal import Decimal

from loopledger.records import KINDS, Evidence, Instrument
from loopledger.register.counting import Totals
from loopledger.register.plain import plain_field
from loopledger.register.selection import Selection
from loopledger.register.snapshot import Snapshot
from loopledger.register.views import DealView, InstrumentView, PartyView, SummaryView, View
from loopledger.register.wording import say_schedule
from loopledger.units import Amount, format_amount, format_capacity

__all__ = ["count", "say_instrument", "say_sum", "tell_summary", "tell_totals", "tell_view", "wrap"]

WIDTH = 100
_SIDES = {
    "owes": "owes (purchases, rents, revenue)", "is_owed": "is owed", "funds": "funds (equity, debt, guarantees)",
    "is_funded_by": "is funded by",
}  # fmt: skip


def wrap(text: str, indent: int = 0) -> list[str]:
    """Return a text in lines; further lines stand two columns deeper."""
    return textwrap.wrap(
        text, WIDTH, initial_indent=" " * indent, subsequent_indent=" " * (indent + 2),
        break_long_words=False, break_on_hyphens=False,
    )  # fmt: skip


def count(n: int, noun: str) -> str:
    """Return a number of things: ``1 deal``, ``2 deals``."""
    return f"{n} {noun}" if n == 1 else f"{n} {noun}s"


def say_sum(value: Decimal, currency: str) -> str:
    """Return a sum as a literal, a negative one with its sign."""
    text = format_amount(Amount.of(abs(value), currency))
    return f"-{text}" if value < 0 else text


def say_instrument(instrument: Instrument) -> str:
    """Return an instrument on one line: id, what, who to whom, how much, how far."""
    quantities = [format_amount(instrument.amount)] if instrument.amount else []
    quantities += [format_capacity(instrument.capacity)] if instrument.capacity else []
    quantities += [f"{instrument.units.count:,f} {instrument.units.of}"] if instrument.units else []
    sides = f"{' and '.join(instrument.payers)} -> {' and '.join(instrument.payees)}"
    what = f"{KINDS[instrument.kind].noun}, {sides}, {', '.join(quantities) or 'no price'}"
    return f"{instrument.id}: {what}, {instrument.status.value}, {instrument.firmness.value}"


def _evidence(evidence: Iterable[Evidence], indent: int) -> Iterator[str]:
    for piece in evidence:
        head = f"{piece.publisher}, {piece.published or 'no date'} ({piece.grade.value}): {piece.says}"
        yield from wrap(head, indent)
        yield " " * (indent + 2) + piece.url


def _totals_lines(totals: Totals, indent: int = 0) -> Iterator[str]:
    for code, total in totals.currencies.items():
        overlap = (
            f"; of that at most {say_sum(total.overlap_at_most, code)} may be the same money"
            if total.overlap_at_most
            else ""
        )
        text = (
            f"{code}: announced {say_sum(total.headline, code)} ({total.n_headline}), "
            f"counted once {say_sum(total.counted, code)} ({total.n_counted}){overlap}"
        )
        yield from wrap(text, indent)
    if totals.unpriced:
        yield from wrap(f"without a public price: {len(totals.unpriced)}", indent)


def tell_totals(selection: Selection, totals: Totals, snapshot: Snapshot) -> list[str]:
    """Return the sums of a selection, and why each excluded dollar is left out."""
    lines = [f"{selection}, as known on {snapshot.day}: {count(len(selection.ids), 'instrument')}"]
    for code, total in totals.currencies.items():
        left_out = total.headline - total.counted
        lines += [
            "",
            f"{code}",
            f"  headline      {say_sum(total.headline, code):>16}  {count(total.n_headline, 'instrument')}",
            f"  left out      {say_sum(left_out, code):>16}  {count(total.n_headline - total.n_counted, 'instrument')}",
            f"  counted once  {say_sum(total.counted, code):>16}  {count(total.n_counted, 'instrument')}",
            f"  overlap up to {say_sum(total.overlap_at_most, code):>16}  flagged, not left out",
        ]
        excluded = [e for e in totals.exclusions if e.amount.currency == code]
        lines += ["  Left out, because it would count twice or not at all:"] if excluded else []
        for e in sorted(excluded, key=lambda e: (-e.amount.value, e.id)):
            lines += wrap(f"{say_sum(e.amount.value, code)}: {e}", 4)
        overlaps = [o for o in totals.overlaps if o.currency == code]
        lines += ["  May be the same money, in part:"] if overlaps else []
        for o in sorted(overlaps, key=lambda o: (-o.at_most, o.ids)):
            lines += wrap(f"at most {say_sum(o.at_most, code)}: {o.ids[0]} and {o.ids[1]}", 4)
    if totals.unpriced:
        lines += ["", f"Without a public price ({len(totals.unpriced)}), in no sum:"]
        lines += wrap(", ".join(totals.unpriced), 2)
    return lines


def tell_view(view: View) -> list[str]:
    """Return a party, deal or instrument in words, down to its evidence."""
    match view:
        case InstrumentView():
            return list(_instrument(view))
        case DealView():
            return list(_deal(view))
        case PartyView():
            return list(_party(view))


def _instrument(view: InstrumentView) -> Iterator[str]:
    instrument = view.instrument
    yield from wrap(say_instrument(instrument))
    yield from wrap(f"deal {view.deal.id}: {view.deal.title}", 2)
    yield f"  known since {view.since}; confidence {instrument.confidence.value}"
    yield f"  {view.at}"
    yield from _terms(instrument)
    for name, ids in view.linked_from.items():
        yield from wrap(f"named under {name} by {', '.join(ids)}", 2)
    if instrument.note:
        yield from wrap(f"note: {instrument.note}", 2)
    if view.history:
        yield "Changes"
    seen: object = None
    for step in view.history:
        yield from wrap(f"{step.on} {step}", 2)
        if (step.on, step.why) != seen:
            yield from wrap(f"why: {step.why}", 4)
        seen = (step.on, step.why)
    yield "Evidence"
    yield from _evidence(instrument.evidence, 2)
    for change in instrument.changes:
        yield f"Evidence for the change of {change.on}"
        yield from _evidence(change.evidence, 2)


def _terms(instrument: Instrument) -> Iterator[str]:
    """Yield what else a record says of a promise: its time, its goods, its links."""
    terms = [
        f"{name.replace('_', ' ')} {plain_field(value)}"
        for name in ("start", "end", "term_years", "cancellable")
        if (value := getattr(instrument, name)) is not None
    ]
    terms += [f"products {', '.join(instrument.products)}"] if instrument.products else []
    terms += [] if instrument.moves_cash else ["no cash reaches the payee"]
    if terms:
        yield from wrap("; ".join(terms), 2)
    if instrument.schedule is not None:
        yield from wrap(f"schedule: {say_schedule(instrument.schedule)}", 2)
    for name in type(instrument.links).model_fields:
        value = getattr(instrument.links, name)
        if value:
            yield from wrap(f"{name}: {value if isinstance(value, str) else ', '.join(value)}", 2)


def _deal(view: DealView) -> Iterator[str]:
    yield from wrap(f"{view.deal.id}: {view.deal.title}")
    yield f"  announced {view.deal.announced or 'on no known day'}"
    yield f"  {view.at}"
    if view.deal.note:
        yield from wrap(f"note: {view.deal.note}", 2)
    for instrument in view.deal.instruments:
        yield from wrap(say_instrument(instrument), 2)
    yield from _totals_lines(view.totals, 2)


def _party(view: PartyView) -> Iterator[str]:
    party = view.party
    yield from wrap(f"{party.id}: {party.name}, {party.role.value.replace('_', ' ')}")
    about = [f"aliases {', '.join(party.aliases)}"] if party.aliases else []
    about += [f"{n} {v}" for n in ("ticker", "cik", "lei", "country", "parent") if (v := getattr(party, n))]
    about += ["stands for a group"] if party.aggregate else []
    about += [f"controls {', '.join(view.children)}"] if view.children else []
    about += [count(view.n_observations, "observation")]
    yield from wrap("; ".join([*about, str(view.at)]), 2)
    for name, members in view.sides():
        if members:
            yield f"{party.id} {_SIDES[name]}"
            for instrument in members:
                yield from wrap(say_instrument(instrument), 2)
            yield from _totals_lines(view.totals[name], 2)


def tell_summary(summary: SummaryView) -> list[str]:
    """Return the whole register in a few lines."""
    lines = [
        f"Known on {summary.day}: {summary.n_deals} deals, {sum(summary.kinds.values())} instruments, "
        f"{summary.n_parties} parties, {summary.n_observations} observations",
        f"content {summary.content_hash[:12]}",
        "",
        "Sums, each promise once",
        *_totals_lines(summary.totals, 2),
        "",
        "Kinds",
    ]
    lines += wrap(", ".join(f"{KINDS[kind].noun} {n}" for kind, n in summary.kinds.items()), 2)
    lines += ["Status", *wrap(", ".join(f"{word} {n}" for word, n in summary.statuses.items()), 2)]
    if summary.latest:
        lines += ["Latest deals", *(f"  {day} {id_}" for day, id_ in summary.latest)]
    return lines
