"""A seller's reported backlog beside what buyers' contracts still make them pay at the same date."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from loopledger.exposure.obligations import Book, Obligation, distinct_total
from loopledger.exposure.ranges import difference
from loopledger.exposure.readings import Behind, Sheet
from loopledger.exposure.reported import Reported, Stated
from loopledger.exposure.table import load_measures
from loopledger.schedule import Certainty
from loopledger.units import Interval

__all__ = ["add_matching"]

#: The figure whose perimeter is that of the purchases on record.
_IN_ALL = "compute_commitments_total"


def add_matching(sheet: Sheet, book: Book, reported: Reported) -> None:
    """Add the backlog that a party reports, what contracts on record explain of it, and the rest."""
    _add_backlog(sheet, book, reported)
    _add_commitments(sheet, book, reported)


def _add_backlog(sheet: Sheet, book: Book, reported: Reported) -> None:
    party, table = sheet.party, load_measures()
    found = reported.first_of(party, table.backlog)
    if found is None:
        missing = f"a backlog of {party} ({' or '.join(table.backlog)})"
        for code in ("reported", "matched", "unmatched"):
            sheet.lack(f"backlog_{code}", missing)
        return
    metric, backlog = found
    assert backlog.on is not None  # noqa: S101  the latest figure has a date
    _say_stated(sheet, "backlog_reported", reported.with_age(backlog), of=metric)
    signed, later = _signed_by(book, party, backlog.on)
    if not signed:
        missing = f"a binding contract sold by {party}, priced, signed by {backlog.on} and not yet paid then"
        sheet.lack("backlog_matched", missing)
        sheet.lack("backlog_unmatched", missing)
    else:
        _match(sheet, book, backlog, signed)
    if later:
        total, _ = distinct_total(book.snapshot, later)
        sheet.say(
            "backlog_signed_since", total, later,
            date_basis=f"contracts that became known after {backlog.on}, by {sheet.day}",
        )  # fmt: skip
    loose = [
        o
        for o in book.purchases(backlog.on, binding=False)
        if o.payee == party and o.certainty is not Certainty.CONTRACTED and _known(book, o) <= backlog.on
    ]
    if loose:
        total, _ = distinct_total(book.snapshot, loose)
        basis = f"conditions, options and letters run down to {backlog.on}"
        sheet.say("backlog_not_binding", total, loose, date_basis=basis)
    _add_due(sheet, reported)
    _add_stated_parts(sheet, book, reported, backlog)


def _match(sheet: Sheet, book: Book, backlog: Stated, signed: list[Obligation]) -> None:
    total, _ = distinct_total(book.snapshot, signed)
    basis = f"contracts run down to {backlog.on} beside {backlog.date_basis}"
    behind: tuple[Behind, ...] = (*signed, backlog)
    sheet.say_ratio("backlog_matched", (total, backlog.value), behind, date_basis=basis)
    rest = difference(backlog.value, total)
    note = "contracts on record exceed the backlog" if rest.central < 0 else ""
    sheet.say("backlog_unmatched", rest, behind, date_basis=basis, note=note)
    for buyer, group in _by_payer(signed).items():
        own, _ = distinct_total(book.snapshot, group)
        over = (own, backlog.value)
        sheet.say_ratio("backlog_matched_by", over, (*group, backlog), of=buyer, date_basis=basis)


def _add_stated_parts(sheet: Sheet, book: Book, reported: Reported, backlog: Stated) -> None:
    """Add a buyer's part of a backlog as somebody states it, and by contracts at the same date."""
    party = sheet.party
    for buyer in sorted(reported.snapshot.parties):
        share = reported.latest(party, f"rpo_share_{buyer}")
        value = reported.latest(party, f"contracted_value_{buyer}")
        if share is not None:
            stated = share.value.scaled(0.01)
            sheet.say("backlog_stated_share", stated, [share], of=buyer, date_basis=share.date_basis)
            _match_then(sheet, book, reported, buyer, share.on)
        elif value is not None:
            sheet.say_ratio(
                "backlog_stated_share", (value.value, backlog.value), (value, backlog), of=buyer,
                date_basis=f"{value.date_basis} over {backlog.date_basis}",
            )  # fmt: skip


def _match_then(sheet: Sheet, book: Book, reported: Reported, buyer: str, on: date | None) -> None:
    """Add a buyer's contracts over the backlog at the date of a stated share."""
    if on is None:
        return
    figures = [
        f
        for metric in load_measures().backlog
        for f in reported.figures_of(sheet.party, metric)
        if f.on == on
    ]
    mine = [o for o in _signed_by(book, sheet.party, on)[0] if o.payer == buyer]
    if not figures or not mine:
        sheet.lack(
            "backlog_matched_by",
            f"a contract of {buyer} and a backlog of {sheet.party} at {on}",
            of=f"{buyer} at {on}",
        )
        return
    own, _ = distinct_total(book.snapshot, mine)
    sheet.say_ratio(
        "backlog_matched_by", (own, figures[0].value), (*mine, figures[0]), of=f"{buyer} at {on}",
        date_basis=f"contracts run down to {on} beside {figures[0].date_basis}",
    )  # fmt: skip


def _add_due(sheet: Sheet, reported: Reported) -> None:
    """Add when the seller says that its backlog will be recognised, and its average life."""
    n_found = 0
    for metric, label in load_measures().backlog_due.items():
        found = reported.latest(sheet.party, metric)
        if found is not None:
            n_found += 1
            value = Interval(*(min(v / 100, 1.0) for v in found.value.as_tuple()))
            sheet.say("backlog_due_stated", value, [found], of=label, date_basis=found.date_basis)
    if not n_found:
        names = ", ".join(load_measures().backlog_due)
        sheet.lack("backlog_due_stated", f"when {sheet.party} will recognise its backlog ({names})")
    life = reported.latest(sheet.party, "rpo_weighted_life")
    if life is not None:
        _say_stated(sheet, "backlog_life_stated", life)


def _add_commitments(sheet: Sheet, book: Book, reported: Reported) -> None:
    """Add the commitments that a buyer itself states beside its contracts on record at the same date."""
    party, metrics = sheet.party, load_measures().commitments_stated
    found = [(m, stated) for m in metrics if (stated := reported.latest(party, m)) is not None]
    for metric, stated in found:
        _say_stated(sheet, "commitments_stated", stated, of=metric)
    if not found:
        sheet.lack("commitments_stated", f"commitments that {party} states ({', '.join(metrics)})")
    total = dict(found).get(_IN_ALL)
    if total is None or total.on is None:
        sheet.lack(
            "commitments_matched", f"the commitments to purchases that {party} states in all ({_IN_ALL})"
        )
        return
    mine = [o for o in book.purchases(total.on) if o.payer == party]
    then = [o for o in mine if _known(book, o) <= total.on]
    basis = f"binding contracts run down to {total.on} beside {total.date_basis}"
    for label, group in (("known then", then), ("known since as well", mine)):
        if label == "known then" or len(group) > len(then):
            own, _ = distinct_total(book.snapshot, group)
            over = (own, total.value)
            sheet.say_ratio("commitments_matched", over, (*group, total), of=label, date_basis=basis)


def _say_stated(sheet: Sheet, measure: str, stated: Stated, *, of: str = "") -> None:
    sheet.say(measure, stated.value, [stated], of=of, date_basis=stated.date_basis, note=stated.note)


def _signed_by(book: Book, seller: str, day: date) -> tuple[list[Obligation], list[Obligation]]:
    """Return a seller's binding contracts run down to a day, and those that became known after it."""
    signed = [o for o in book.purchases(day) if o.payee == seller and _known(book, o) <= day]
    later = [o for o in book.purchases() if o.payee == seller and _known(book, o) > day]
    return signed, later


def _known(book: Book, obligation: Obligation) -> date:
    return book.snapshot.announced_on(obligation.instrument)


def _by_payer(obligations: Iterable[Obligation]) -> dict[str, list[Obligation]]:
    groups: dict[str, list[Obligation]] = defaultdict(list)
    for obligation in obligations:
        groups[obligation.payer].append(obligation)
    return dict(sorted(groups.items()))
