"""What no balance sheet shows: leases not begun, guarantees, residual values, and vehicles."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import date

from loopledger.exposure.obligations import Book, distinct_total
from loopledger.exposure.promised import Promised, fundings, has_run_out, promised, total_of
from loopledger.exposure.ranges import difference
from loopledger.exposure.readings import Sheet
from loopledger.exposure.reported import Reported
from loopledger.records import Instrument, Kind, Role, Status
from loopledger.units import Interval

__all__ = ["add_off_balance", "is_residual_value"]

_WORD = "residual"
#: What a payment to a vehicle makes it to the payer.
_SERVES = {Kind.LEASE: "rents from it", Kind.GUARANTEE: "guarantees it"}
_UP_TO = "bound.up_to.central"


def add_off_balance(sheet: Sheet, book: Book, reported: Reported) -> None:
    """Add leases signed and not begun, guarantees given, and debt raised by vehicles that serve the party."""
    _add_leases(sheet, book, reported)
    _add_guarantees(sheet, book, reported)
    _add_vehicles(sheet, book)


def _add_leases(sheet: Sheet, book: Book, reported: Reported) -> None:
    party = sheet.party
    stated = reported.latest(party, "leases_not_commenced")
    if stated is None:
        sheet.lack("leases_not_begun", f"leases of {party} signed and not begun (leases_not_commenced)")
    else:
        basis, note = stated.date_basis, stated.note
        sheet.say("leases_not_begun", stated.value, [stated], date_basis=basis, note=note)
    day = book.snapshot.day
    later = [
        o
        for o in book.purchases()
        if o.payer == party
        and book.instrument(o.instrument).kind is Kind.LEASE
        and _not_begun(book, book.instrument(o.instrument))
    ]
    if not later:
        return
    total, _ = distinct_total(book.snapshot, later)
    basis = f"binding leases that start after {day} or whose start is not known"
    sheet.say("leases_on_record", total, later, date_basis=basis)
    if stated is not None:
        rest, basis = difference(stated.value, total), f"{stated.date_basis}, less {basis}"
        on = stated.on or day
        then = [o for o in later if book.snapshot.announced_on(o.instrument) <= on]
        begun = [o for o in book.purchases(on) if o.payer == party and _began(book, o.instrument, on)]
        known, _ = distinct_total(book.snapshot, then)
        started, _ = distinct_total(book.snapshot, begun)
        value = Interval(rest.low - started.high, rest.central, max(rest.high, stated.value.high - known.low))
        note = (
            f"figures of two dates, {on} and {day}: low takes off leases that began between them, "
            "high leaves out those that became known between them"
        )
        sheet.say("leases_unmatched", value, (*later, *begun, stated), date_basis=basis, note=note)


def _not_begun(book: Book, lease: Instrument) -> bool:
    if lease.start is not None:
        return lease.start > book.snapshot.day
    return lease.status is not Status.EFFECTIVE


def _began(book: Book, id_: str, after: date) -> bool:
    lease = book.instrument(id_)
    return lease.kind is Kind.LEASE and lease.start is not None and after < lease.start <= book.snapshot.day


def is_residual_value(instrument: Instrument) -> bool:
    """Whether the record of a guarantee says that it is of a residual value; rents and debts otherwise.

    Notes
    -----
    The register has no field for it, so the words of the note and of the evidence decide.
    """
    words = [instrument.note or "", *(e.says for e in instrument.evidence)]
    words += [c.why for c in instrument.changes] + [e.says for c in instrument.changes for e in c.evidence]
    return any(_WORD in text.lower() for text in words)


def _add_guarantees(sheet: Sheet, book: Book, reported: Reported) -> None:
    party = sheet.party
    given = [i for i in fundings(book, payer=party) if book.instrument(i).kind is Kind.GUARANTEE]
    parts = [p for p in promised(book, given) if p.payer == party]
    unpriced = [i for i in given if book.instrument(i).amount is None]
    if unpriced:
        sheet.lack("guarantees_maximum", f"the ceiling of {', '.join(unpriced)}", of="no public price")
    kinds: dict[str, list[Promised]] = {
        "residual value": [p for p in parts if p.is_signed and is_residual_value(p.instrument)],
        "rents and debts": [p for p in parts if p.is_signed and not is_residual_value(p.instrument)],
        "options and talks": [p for p in parts if not p.is_signed],
    }
    if not parts:
        sheet.lack("guarantees_maximum", f"a guarantee that {party} gives, with a ceiling")
    for label, group in kinds.items():
        if group:
            _say_maximum(sheet, label, group)
    _name_run_out(sheet, book)
    signed = kinds["residual value"] + kinds["rents and debts"]
    if signed:
        called = [p for p in signed if p.instrument.status is Status.COMPLETED]
        note = "" if called else "no call is on record"
        basis = f"calls on record by {sheet.day}"
        sheet.say("guarantees_called", total_of(book, called, "drawn"), signed, date_basis=basis, note=note)
    stated = reported.latest(party, "guarantee_max_exposure")
    if stated is not None:
        basis, note = stated.date_basis, stated.note
        sheet.say("guarantees_stated", stated.value, [stated], date_basis=basis, note=note)
    elif signed:
        missing = f"the most that its guarantees could cost {party} (guarantee_max_exposure)"
        sheet.lack("guarantees_stated", missing)


def _name_run_out(sheet: Sheet, book: Book) -> None:
    """Name the guarantees that ended before the day: they are no longer live, and no outcome is on record."""
    gone = [
        i
        for i in book.snapshot.instruments.values()
        if sheet.party in i.payers and i.status is not Status.CANCELLED and has_run_out(book, i)
    ]
    for one in gone:
        missing = f"what became of {one.id}: it, or the borrowing that it covers, ended before {sheet.day}"
        sheet.lack("guarantees_called", missing, of=one.id)


def _say_maximum(sheet: Sheet, label: str, group: list[Promised]) -> None:
    """Add a ceiling: the most that a guarantee can cost is its stated sum, not what "up to" may come to."""
    ceilings = [_ceiling(part) for part in group]
    total = Interval.total(part.committed for part in ceilings)
    basis, note = f"known on {sheet.day}", _counted_elsewhere(group)
    sheet.say("guarantees_maximum", total, ceilings, of=label, date_basis=basis, note=note)


def _counted_elsewhere(group: list[Promised]) -> str:
    """Return which guarantees are also inside a purchase on record, so that nobody adds the two."""
    inside = [
        f"{p.instrument.id} in {p.instrument.links.part_of}" for p in group if p.instrument.links.part_of
    ]
    return f"also counted among purchases: {', '.join(sorted(inside))}" if inside else ""


def _ceiling(part: Promised) -> Promised:
    if _UP_TO not in part.assumptions:
        return part
    kept = tuple(name for name in part.assumptions if not name.startswith("bound.up_to"))
    return replace(part, committed=Interval.exact(part.committed.high), assumptions=kept)


def _add_vehicles(sheet: Sheet, book: Book) -> None:
    vehicles = _vehicles(book, sheet.party)
    if not vehicles:
        sheet.lack(
            "vehicle_debt",
            f"a vehicle that {sheet.party} rents from or guarantees, or that finances what it sells",
        )
        return
    for vehicle, why in sorted(vehicles.items()):
        raised = promised(book, fundings(book, payee=vehicle))
        for code, kinds in (
            ("vehicle_debt", (Kind.LOAN, Kind.BOND)),
            ("vehicle_equity", (Kind.EQUITY_INVESTMENT,)),
        ):
            group = [p for p in raised if p.instrument.kind in kinds and p.payee == vehicle and p.is_signed]
            if not group:
                sheet.lack(code, f"signed funding of {vehicle} of this kind, with an amount", of=vehicle)
                continue
            basis = f"known on {sheet.day}"
            sheet.say(code, total_of(book, group), group, of=vehicle, date_basis=basis, note=why)


def _vehicles(book: Book, party: str) -> dict[str, str]:
    """Return the special-purpose vehicles that serve a party, and why they do."""
    spvs = {p.id for p in book.snapshot.parties.values() if p.role is Role.SPV} - {party}
    why: dict[str, set[str]] = defaultdict(set)
    live = [i for i in book.snapshot.instruments.values() if i.status is not Status.CANCELLED]
    for instrument in live:
        for vehicle in spvs & set(instrument.payees):
            if party in instrument.payers and instrument.kind in _SERVES:
                why[vehicle].add(f"{_SERVES[instrument.kind]} ({instrument.id})")
            for served in _funded(book, instrument):
                if party in served.payees and vehicle not in served.payers:
                    why[vehicle].add(f"sells what it finances ({served.id})")
    for instrument in live:  # a vehicle behind a vehicle
        for vehicle in spvs & set(instrument.payees) - set(why):
            behind = [s for s in _funded(book, instrument) if set(s.payees) & set(why)]
            for served in behind:
                why[vehicle].add(f"it finances {', '.join(served.payees)} ({served.id})")
    return {vehicle: ", ".join(sorted(reasons)) for vehicle, reasons in why.items()}


def _funded(book: Book, instrument: Instrument) -> list[Instrument]:
    found = (book.snapshot.instruments.get(target) for target in instrument.links.funds)
    return [one for one in found if one is not None]
