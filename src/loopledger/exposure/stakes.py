"""What a party holds of others, at cost and at the last priced round, and the gains it has booked."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from fnmatch import fnmatchcase

from loopledger.accounts import Amount
from loopledger.accounts.lines import Period
from loopledger.exposure.obligations import Book
from loopledger.exposure.promised import Promised, fundings, promised
from loopledger.exposure.readings import Sheet
from loopledger.exposure.reported import Reported, Stated
from loopledger.exposure.rounds import Round, entry_rounds, price_ratio, rounds_of
from loopledger.exposure.table import load_measures
from loopledger.records import Kind, Status
from loopledger.register.figures import calendar_quarter, read_label
from loopledger.units import Interval

__all__ = ["add_stakes"]


def add_stakes(sheet: Sheet, book: Book, reported: Reported) -> None:
    """Add stakes at cost and at the last priced round, and gains booked, against profit."""
    party = sheet.party
    ids = [i for i in fundings(book, payer=party) if book.instrument(i).kind is Kind.EQUITY_INVESTMENT]
    parts = [p for p in promised(book, ids) if p.payer == party and p.drawn.high > 0]
    held: dict[str, list[Promised]] = defaultdict(list)
    for part in parts:
        if part.drawn.central > 0:
            held[part.payee].append(part)
        else:
            name = part.instrument.id
            sheet.lack("stake_at_cost", f"whether {name} has been paid, in part or in full", of=part.payee)
    unpriced = [
        i for i in ids if book.instrument(i).amount is None and book.instrument(i).status is Status.COMPLETED
    ]
    if unpriced:
        sheet.lack(
            "stake_at_cost", f"the price paid under {', '.join(sorted(unpriced))}", of="no public price"
        )
    if not held:
        sheet.lack("stake_at_cost", f"shares bought by {party} with an amount")
    for company, group in sorted(held.items()):
        value = Interval.total(p.drawn for p in group)
        note = "; ".join(filter(None, (_why_open(book, p) for p in group)))
        sheet.say("stake_at_cost", value, group, of=company, date_basis=f"paid by {sheet.day}", note=note)
    unknown = [c for c in sorted({*held, *_with_a_share(reported, party)}) if not rounds_of(reported, c)]
    if unknown:
        names = ", ".join(load_measures().priced_rounds)
        sheet.lack("stake_at_mark", f"a priced round ({names}) of {', '.join(unknown)}")
    for company in sorted({*held, *_with_a_share(reported, party)} - set(unknown)):
        _add_mark(sheet, book, reported, company, held.get(company, []))
    for metric in load_measures().stakes_stated:
        stated = reported.latest(party, metric)
        if stated is not None:
            basis, note = stated.date_basis, stated.note
            sheet.say("stakes_stated", stated.value, [stated], of=metric, date_basis=basis, note=note)
    _add_gains(sheet, reported)


def _why_open(book: Book, part: Promised) -> str:
    """Return why what is paid of a stake is a range although its size is known; empty where it is not."""
    one = part.instrument
    if part.drawn.low >= part.committed.low:
        return ""
    text = f"no figure on record says how much of {one.id} is paid, so low counts its parts on record as paid"
    if one.schedule is not None and one.schedule.note:
        text += f" (its schedule notes: {one.schedule.note})"
    wider = [i.id for i in book.snapshot.instruments.values() if one.id in i.links.overlaps]
    return text + (f"; a part may still be open in {', '.join(sorted(wider))}" if wider else "")


def _with_a_share(reported: Reported, party: str) -> list[str]:
    """Return the companies of which a party states its share."""
    return [c for c in reported.snapshot.parties if reported.latest(party, f"{c}_stake_pct") is not None]


def _add_mark(sheet: Sheet, book: Book, reported: Reported, company: str, group: list[Promised]) -> None:
    rounds = rounds_of(reported, company)
    last = rounds[-1]
    share = reported.latest(sheet.party, f"{company}_stake_pct")
    if share is not None and last.after is not None:
        value = share.value.scaled(0.01).times(last.after.value)
        sheet.say(
            "stake_at_mark", value, (share, last.after), of=company, note="stated share of the last round",
            date_basis=f"{share.date_basis}; {last.after.date_basis}",
        )  # fmt: skip
        return
    marks: list[tuple[Promised, Interval, list[Round]]] = []
    for part in group:
        entries = entry_rounds(rounds, _days(book, part))
        if not entries:
            name, days = part.instrument.id, ", ".join(map(str, _days(book, part)))
            missing = f"a priced round of {company} within 120 days of {days}, when {name} was agreed or paid"
            sheet.lack("stake_at_mark", missing, of=company)
            continue
        moved = [price_ratio(book, company, entry, last) for entry in entries]
        over = Interval(min(m.low for m in moved), moved[0].central, max(m.high for m in moved))
        marks.append((part, part.drawn.times(over), entries))
    if not marks:
        return
    covered = Interval.total(m[0].drawn for m in marks).central
    cost = Interval.total(p.drawn for p in group).central
    sheet.say(
        "stake_at_mark", Interval.total(m[1] for m in marks),
        (*(m[0] for m in marks), *(r for m in marks for r in m[2]), last),
        of=company, date_basis=f"at the round of {last.on}",
        note=f"of stakes that cost {covered / 1e9:,.2f} of {cost / 1e9:,.2f} bn; a mark and no cash",
    )  # fmt: skip


def _days(book: Book, part: Promised) -> list[date]:
    """Return the days on which a stake was agreed and paid, as far as known."""
    instrument = part.instrument
    paid = [c.on for c in instrument.changes if c.set.get("status") == Status.COMPLETED.value]
    days = {
        book.snapshot.announced_on(instrument.id),
        *paid,
        *([instrument.start] if instrument.start else []),
    }
    return sorted(days)


def _add_gains(sheet: Sheet, reported: Reported) -> None:
    party, patterns = sheet.party, load_measures().gains
    metrics = sorted(
        {
            r.metric
            for r in reported.snapshot.observations
            if r.party == party and any(fnmatchcase(r.metric, p) for p in patterns)
        }
    )
    if not metrics:
        sheet.lack("gains_booked", f"gains of {party} on its holdings ({', '.join(patterns)})")
    for metric in metrics:
        gain = reported.latest(party, metric)
        if gain is None or gain.on is None:
            continue
        basis, note = gain.date_basis, gain.note
        sheet.say("gains_booked", gain.value, [gain], of=metric, date_basis=basis, note=note)
        income = _income_of_same_period(reported, party, gain, metric)
        if income is None or income.value.low <= 0:
            sheet.lack(
                "gains_to_income", f"net income of {party} for the same period (net_income)", of=metric
            )
            continue
        bounds = (income.value.low, income.value.high)
        ends = [g / i for g in (gain.value.low, gain.value.high) for i in bounds]
        share = Interval(min(ends), gain.value.central / income.value.central, max(ends))
        basis = f"{gain.date_basis} over {income.date_basis}"
        note = "a gain before tax over income after tax"
        sheet.say("gains_to_income", share, (gain, income), of=metric, date_basis=basis, note=note)


def _income_of_same_period(reported: Reported, party: str, gain: Stated, metric: str) -> Amount | None:
    assert gain.on is not None  # noqa: S101  the caller's
    period = next(r.period for r in reported.rows(party, metric) if r.period_end == gain.on)
    span, placed = read_label(period), calendar_quarter(gain.on)
    if span is None or placed is None:
        return None
    quarters = tuple(placed[0].shifted(k) for k in range(1 - span.n_quarters, 1))
    found = reported.figures.flow(party, ("net_income",), Period(label=period, quarters=quarters))
    return found[0] if found is not None and found[1] == 0 else None
