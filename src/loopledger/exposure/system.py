"""All parties together: what is promised, once; what is left to pay; how concentrated it is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace

from loopledger.exposure.concentration import TWO_YEARS, due_within, mean_years
from loopledger.exposure.obligations import Book, Obligation, distinct_total, overlap_at_most
from loopledger.exposure.ranges import hhi_range, mean_range, share_ranges
from loopledger.exposure.readings import Named, Sheet
from loopledger.exposure.reported import OLDEST, Reported
from loopledger.exposure.table import load_measures
from loopledger.records import KINDS, FlowClass
from loopledger.register import count_once
from loopledger.units import Interval

__all__ = ["add_system"]

_TOP = 5
#: Label of the sum over all classes.
_ALL = "all classes"
#: What turns a stated sum with a hedge into a range.
_BOUNDS = ("bound.about.low", "bound.about.high", "bound.up_to.low", "bound.at_least.high")


def add_system(sheet: Sheet, book: Book, reported: Reported) -> None:
    """Add system-wide totals, each promise once, and their concentration by buyer and by seller."""
    _add_totals(sheet, book)
    for label, binding in (("binding", True), ("all promises", False)):
        group = book.purchases(binding=binding)
        if not group:
            sheet.lack(
                "system_remaining", f"priced purchases with payments after {book.snapshot.day}", of=label
            )
            continue
        total, twice = distinct_total(book.snapshot, group)
        _say(sheet, "system_remaining", total, group, of=label)
        if twice:
            _say(sheet, "system_overlap", Interval(0, 0, twice), group, of=label)
    binding_only = book.purchases()
    if any(o.amount.central > 0 for o in binding_only):
        _add_concentration(sheet, book, binding_only)
    _add_reported(sheet, reported)


def _add_totals(sheet: Sheet, book: Book) -> None:
    """Add announced sums against sums counted once, by what the money does; dollars only, others named."""
    day = book.snapshot.day
    everything = book.snapshot.instruments.values()
    classes = {
        role.value: [i.id for i in everything if KINDS[i.kind].flow_class is role] for role in FlowClass
    }
    classes[_ALL] = [i.id for i in everything]
    apart = 0.0
    for label, ids in classes.items():
        if not ids:
            continue
        totals = count_once(book.snapshot, ids, factors=book.assumptions.bound_factors)
        usd = totals.currencies.get("USD")
        others = sorted(set(totals.currencies) - {"USD"})
        if others:
            missing = f"one currency: sums in {', '.join(others)} stand beside, not in, the dollar totals"
            sheet.lack("system_counted", missing, of=f"{label}, other currencies")
        if usd is None or not usd.counted:
            sheet.lack("system_counted", "a sum in dollars that counts", of=label)
            continue
        counted = float(usd.counted)
        within = (
            f"{(apart - counted) / 1e9:,.1f} bn less than the classes add up to: parts of a promise of another class, "
            "or superseded by one"
            if label == _ALL and apart > counted
            else ""
        )
        apart += counted
        sizes = _dollars(book, totals.counted)
        overlap = {
            end: overlap_at_most(book.snapshot, {i: getattr(size, end) for i, size in sizes.items()})
            for end in ("low", "stated")
        }
        low = max(sum(s.low for s in sizes.values()) - overlap["low"], 0.0)
        once = Interval(min(low, counted), counted, max(usd.counted_interval.high, counted))
        basis = f"announced by {day}, in full and not run down"
        said = float(usd.headline)
        headline = Interval(min(usd.headline_interval.low, said), said, max(usd.headline_interval.high, said))
        announced = Named(ids=tuple(i for i in ids if i not in totals.unpriced), assumptions=_BOUNDS)
        sheet.say("system_announced", headline, [announced], of=label, date_basis=basis)
        kept = Named(ids=tuple(totals.counted), assumptions=_BOUNDS)
        sheet.say("system_counted", once, [kept], of=label, date_basis=basis, note=within)
        factor = Interval(said / counted, said / counted, said / (counted - overlap["stated"]))
        sheet.say("dedup_factor", factor, [Named(ids=announced.ids)], of=label, date_basis=basis)


@dataclass(frozen=True, slots=True)
class _Size:
    """A stated sum and its low end, [USD]."""

    low: float
    stated: float


def _dollars(book: Book, ids: Iterable[str]) -> dict[str, _Size]:
    """Return what instruments in dollars state."""
    found: dict[str, _Size] = {}
    for id_ in ids:
        amount = book.instrument(id_).amount
        if amount is not None and amount.currency == "USD":
            low = amount.interval(book.assumptions.bound_factors).low
            found[id_] = _Size(low, float(amount.value))
    return found


def _add_concentration(sheet: Sheet, book: Book, group: list[Obligation]) -> None:
    day = book.snapshot.day
    for side in ("buyers", "sellers"):
        by_party: dict[str, list[Obligation]] = defaultdict(list)
        for obligation in group:
            by_party[obligation.payer if side == "buyers" else obligation.payee].append(obligation)
        amounts = {name: Interval.total(o.amount for o in found) for name, found in by_party.items()}
        hhi = hhi_range(amounts, book.groups & amounts.keys())
        _say(sheet, "system_hhi", hhi, group, of=side)
        order = sorted(amounts, key=lambda name: (-amounts[name].central, name))
        top, rest = order[:_TOP], order[_TOP:]
        merged = {name: amounts[name] for name in top}
        label = f"the other {len(rest)}"
        if rest:
            merged[label] = Interval.total(amounts[name] for name in rest)
        for name, share in share_ranges(merged).items():
            behind = by_party[name] if name in by_party else [o for r in rest for o in by_party[r]]
            _say(sheet, "system_share", share, behind, of=f"{side}: {name}")
    until = day + TWO_YEARS
    weights = [o.amount for o in group]
    _say(sheet, "system_due_24m", mean_range(weights, [due_within(o, day, until) for o in group]), group)
    _say(sheet, "system_duration", mean_range(weights, [mean_years(o, day) for o in group]), group)


def _say(sheet: Sheet, code: str, value: Interval, group: list[Obligation], *, of: str = "") -> None:
    sheet.say(code, value, group, of=of, date_basis=f"scheduled after {sheet.day}")


def _add_reported(sheet: Sheet, reported: Reported) -> None:
    """Add the backlogs that sellers report, together; they are of different dates and definitions."""
    found = {
        party: stated
        for party in sorted(reported.snapshot.parties)
        if (stated := reported.first_of(party, load_measures().backlog)) is not None
    }
    old = {party: stated for party, (_, stated) in found.items() if reported.is_old(stated)}
    found = {party: told for party, told in found.items() if party not in old}
    if not found:
        sheet.lack("system_backlog", "a recent backlog of any seller" if old else "a backlog of any seller")
        return
    left_out = "; ".join(f"{party}, of {stated.on}" for party, stated in old.items())
    note = "definitions differ by seller, and a seller's order is another one's backlog upstream"
    if left_out:
        note = f"left out as old: {left_out} ({OLDEST}); {note}"
    dates = "; ".join(f"{party} {metric} at {stated.on}" for party, (metric, stated) in found.items())
    sheet.say(
        "system_backlog", Interval.total(s.value for _, s in found.values()),
        [replace(s, assumptions=(*s.assumptions, OLDEST)) for _, s in found.values()], date_basis=dates,
        note=note,
    )  # fmt: skip
