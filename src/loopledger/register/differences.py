"""What became known between two days."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from loopledger.records import Deal, Evidence, Instrument, Status
from loopledger.records.literals import plain_number
from loopledger.register.counting import Totals, count_once, superseders_of
from loopledger.register.observations import Observation
from loopledger.register.register import Register
from loopledger.register.snapshot import HistoryStep, Snapshot
from loopledger.register.telling import count, say_instrument, say_sum, wrap
from loopledger.register.views import row_of

__all__ = ["Difference", "compare", "tell_difference"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What became known after one day and by another.

    Parameters
    ----------
    before, after : Snapshot
    deals : tuple of Deal
        New ones, as known on the later day, in the order of their announcement.
    instruments : tuple of Instrument
        New ones, likewise.
    steps : tuple of HistoryStep
        Every field that changed in between, also in new instruments, in the order of the days.
    superseded : tuple of (str, tuple of str)
        Instruments that something new replaces, and by what.
    observations : tuple of Observation
        Figures published in between.
    evidence : tuple of (str, Evidence)
        Sources published in between, of instruments that were known before, with the instrument's id.
    totals_before, totals_after : Totals
        Of all instruments.
    """

    before: Snapshot
    after: Snapshot
    deals: tuple[Deal, ...]
    instruments: tuple[Instrument, ...]
    steps: tuple[HistoryStep, ...]
    superseded: tuple[tuple[str, tuple[str, ...]], ...]
    observations: tuple[Observation, ...]
    evidence: tuple[tuple[str, Evidence], ...]
    totals_before: Totals
    totals_after: Totals

    def turned(self, status: Status) -> tuple[str, ...]:
        """Return the ids of instruments that a change gave a status."""
        found = (s.instrument for s in self.steps if s.field == "status" and s.after is status)
        return tuple(dict.fromkeys(found))

    def sums(self) -> dict[str, dict[str, tuple[float, float]]]:
        """Return headline and counted sum by currency, before and after."""
        codes = sorted({*self.totals_before.currencies, *self.totals_after.currencies})
        pair = (self.totals_before.currencies, self.totals_after.currencies)
        return {
            code: {
                name: tuple(float(getattr(side[code], name)) if code in side else 0.0 for side in pair)  # type: ignore[misc]
                for name in ("headline", "counted", "overlap_at_most")
            }
            for code in codes
        }

    def as_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        return {
            "from": self.before.day.isoformat(),
            "to": self.after.day.isoformat(),
            "deals": [
                {"id": deal.id, "title": deal.title, "since": self.after.since[deal.id].isoformat()}
                for deal in self.deals
            ],
            "instruments": [row_of(instrument) for instrument in self.instruments],
            "changes": [step.as_dict() for step in self.steps],
            "cancelled": list(self.turned(Status.CANCELLED)),
            "completed": list(self.turned(Status.COMPLETED)),
            "superseded": [{"id": id_, "by": list(by)} for id_, by in self.superseded],
            "n_observations": len(self.observations),
            "observations": [
                {
                    "party": row.party,
                    "metric": row.metric,
                    "period": row.period,
                    "value": plain_number(row.value),
                    "unit": row.unit,
                    "bound": row.bound.value,
                    "published": row.published,
                    "at": f"{row.file}:{row.line}",
                }
                for row in self.observations
            ],
            "evidence": [
                {"instrument": id_, "url": e.url, "published": e.published, "grade": e.grade.value}
                for id_, e in self.evidence
            ],
            "sums": {
                code: {name: {"from": a, "to": b, "change": b - a} for name, (a, b) in found.items()}
                for code, found in self.sums().items()
            },
        }


def compare(register: Register, first: date, last: date) -> Difference:
    """Return what became known after one day and by another.

    Parameters
    ----------
    register : Register
    first, last : datetime.date
        What was known at the end of each is compared.

    Raises
    ------
    ValueError
        If the days are the wrong way round.

    Examples
    --------
    >>> from datetime import date
    >>> from loopledger.register import TEACHING, load_register
    >>> found = compare(load_register(TEACHING), date(2025, 11, 1), date(2026, 2, 28))
    >>> [deal.id for deal in found.deals], str(found.steps[0])
    (['fjord-larkspur-contract'], 'amount: up to USD 50 bn -> up to USD 40 bn')
    """
    if last < first:
        msg = f"{last} comes before {first}"
        raise ValueError(msg)
    before, after = register.known_on(first), register.known_on(last)
    new = [deal for id_, deal in after.deals.items() if id_ not in before.deals]
    new.sort(key=lambda deal: (after.since[deal.id], deal.id))
    steps = [s for id_ in after.instruments for s in after.history_of(id_) if first < s.on <= last]
    was, now = superseders_of(before), superseders_of(after)
    return Difference(
        before=before,
        after=after,
        deals=tuple(new),
        instruments=tuple(i for deal in new for i in deal.instruments),
        steps=tuple(sorted(steps, key=lambda s: (s.on, s.instrument))),
        superseded=tuple(
            (id_, by)
            for id_, all_by in now.items()
            if (by := tuple(x for x in all_by if x not in was.get(id_, ())))
        ),
        observations=tuple(row for row in after.observations if row.known_on > first),
        evidence=tuple(
            (id_, piece)
            for id_, instrument in before.instruments.items()
            for piece in after.instruments[id_].evidence
            if piece not in instrument.evidence
        ),
        totals_before=count_once(before),
        totals_after=count_once(after),
    )


def _steps(steps: Iterable[HistoryStep]) -> list[str]:
    lines: list[str] = []
    head: tuple[date, str] | None = None
    why = ""
    for step in steps:
        if (step.on, step.instrument) != head:
            head, why = (step.on, step.instrument), ""
            lines.append(f"  {step.on} {step.instrument}")
        lines += wrap(str(step), 4)
        if step.why != why:
            why = step.why
            lines += wrap(f"why: {why}", 6)
    return lines


def tell_difference(found: Difference) -> list[str]:
    """Return what became known in words, 100 columns at most."""
    lines = [f"What became known after {found.before.day} and by {found.after.day}", ""]
    new = (count(len(found.deals), "deal"), count(len(found.instruments), "instrument"))
    lines.append(f"New: {', '.join(new)}, {count(len(found.observations), 'figure')}")
    for deal in found.deals:
        lines += wrap(f"{found.after.since[deal.id]} {deal.id}: {deal.title}", 2)
        for instrument in deal.instruments:
            lines += wrap(say_instrument(instrument), 4)
    n_changed = count(len({s.instrument for s in found.steps}), "instrument")
    lines += ["", f"Changed: {count(len(found.steps), 'field')} of {n_changed}"]
    lines += _steps(found.steps)
    named = [("Cancelled", found.turned(Status.CANCELLED)), ("Completed", found.turned(Status.COMPLETED))]
    for word, ids in named:
        lines += ["", f"{word}: {len(ids)}", *(f"  {id_}" for id_ in ids)]
    lines += ["", f"Superseded: {len(found.superseded)}"]
    for id_, by in found.superseded:
        lines += wrap(f"{id_} by {', '.join(by)}", 2)
    lines += ["", "Sums, all instruments"]
    for code in found.sums():
        for label, name in (("headline", "headline"), ("counted once", "counted")):
            was, now = (
                getattr(side.currencies[code], name) if code in side.currencies else Decimal(0)
                for side in (found.totals_before, found.totals_after)
            )
            if was or now:
                text = f"{code} {label}: {say_sum(was, code)} -> {say_sum(now, code)}"
                sign = "+" if now > was else ""
                moved = f" ({sign}{say_sum(now - was, code)})" if now != was else " (unchanged)"
                lines += wrap(text + moved, 2)
    return lines
