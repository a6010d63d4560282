"""Set each published value beside ours, as known on its day; nothing is fitted to agree."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from loopledger.errors import ModelError, NotFoundError
from loopledger.reconcile.arithmetic import evaluate
from loopledger.reconcile.published import Published, load_published, load_without_row
from loopledger.reconcile.ways import Ours, make_ours
from loopledger.register import Register, Snapshot
from loopledger.schedule import Assumptions, load_assumptions
from loopledger.units import Interval

__all__ = ["OUTCOMES", "STRICT", "Outcome", "Reconciled", "reconcile"]

Outcome = Literal["agrees", "differs", "arithmetic only", "cannot be computed"]
#: What a comparison can come to, in the order in which they are counted.
OUTCOMES: tuple[Outcome, ...] = ("agrees", "differs", "arithmetic only", "cannot be computed")
#: The one tolerance, as a part of the published value, at which agreements of all rows are counted beside their own.
STRICT = 0.02
#: Ends of a range and a published value that differ by less than this part of it are the same number.
_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciled:
    """A published value beside ours.

    Parameters
    ----------
    row : Published
    ours : Interval or None
        In the unit of the row; None where it cannot be computed, with the reason in ``verdict``.
    stated : float or None
        Ours with every figure as stated; compared with the published value.
    difference : float or None
        Ours as stated less published.
    remaining : float or None
        The difference that is left once the publisher's figure stands in place of the one that differs; None
        where the row names no such figure.
    ids : tuple of str
    date_basis : str
    assumptions : tuple of str
    outcome : str
        One of `OUTCOMES`.
    verdict : str
        The outcome with its reason, in words.
    """

    row: Published
    ours: Interval | None
    stated: float | None
    difference: float | None
    remaining: float | None
    ids: tuple[str, ...]
    date_basis: str
    assumptions: tuple[str, ...]
    outcome: Outcome
    verdict: str

    @property
    def is_strict(self) -> bool:
        """Whether it agrees, and within `STRICT` of the published value too."""
        within = self.difference is not None and abs(self.difference) <= STRICT * abs(self.row.value) + 1e-12
        return self.outcome == "agrees" and within

    def as_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        return {
            **self.row.model_dump(mode="json"),
            "published": self.row.value,
            "ours": self.ours.as_dict() if self.ours else None,
            "ours_as_stated": self.stated,
            "difference": self.difference,
            "remaining_difference": self.remaining,
            "ids": list(self.ids),
            "date_basis": self.date_basis,
            "assumptions": list(self.assumptions),
            "outcome": self.outcome,
            "agrees_within_2_per_cent": self.is_strict,
            "verdict": self.verdict,
        }


def reconcile(
    register: Register, metric: str | None = None, *, assumptions: Assumptions | None = None
) -> tuple[Reconciled, ...]:
    """Return the published values beside ours.

    Parameters
    ----------
    register : Register
    metric : str, optional
        Only the rows of this metric, or the row of this id.
    assumptions : Assumptions, optional
        Default is the bundled ones.

    Raises
    ------
    NotFoundError
        If no published value is of the metric, and it is none of those without a row.
    ModelError
        If it is one of those.
    """
    rows = [row for row in load_published() if metric in (None, row.metric, row.id)]
    if not rows:
        for entry in load_without_row():
            if entry.metric == metric:
                msg = f"{metric} ({entry.subject}) has no row because {entry.why}"
                raise ModelError(
                    msg, hint="without --metric, every metric without a row is listed at the end"
                )
        known = ", ".join(sorted({row.metric for row in load_published()}))
        msg = f'no published value is of "{metric}"'
        raise NotFoundError(msg, hint=f"known: {known}")
    known_on: dict[tuple[date, bool], Snapshot] = {}
    return tuple(_reconcile_one(row, register, known_on, assumptions or load_assumptions()) for row in rows)


def _reconcile_one(
    row: Published,
    register: Register,
    snapshots: dict[tuple[date, bool], Snapshot],
    assumptions: Assumptions,
) -> Reconciled:
    if row.way == "none":
        return _unmatched(row, f"cannot be computed because {row.data_gap}")
    try:
        if row.way == "arithmetic":
            value = evaluate(row.formula, {})
            basis = f"the publisher's inputs, {row.as_of}"
            made = Ours(value=Interval.exact(value), stated=value, ids=(), date_basis=basis, quantities={})
        else:
            made = make_ours(row, _snapshot(row, register, snapshots), assumptions)
    except ModelError as error:
        return _unmatched(row, error.message)
    return _beside(row, made)


def _snapshot(row: Published, register: Register, snapshots: dict[tuple[date, bool], Snapshot]) -> Snapshot:
    """Return the register, or its history set, as known on the row's day."""
    assert row.known_on is not None  # noqa: S101  the row's own check holds it
    source = register.history if row.history else register
    if source is None:
        msg = "cannot be computed because the register has no history set"
        raise ModelError(msg, hint="its folder history holds the deals of 2000 and 2001")
    key = row.known_on, row.history
    if key not in snapshots:
        snapshots[key] = source.known_on(row.known_on)
    return snapshots[key]


def _beside(row: Published, made: Ours) -> Reconciled:
    difference = made.stated - row.value
    remaining = evaluate(row.remaining.formula, made.quantities) if row.remaining is not None else None
    outcome, verdict = _judge(row, made)
    return Reconciled(
        row=row,
        ours=made.value,
        stated=made.stated,
        difference=difference,
        remaining=remaining - row.value if remaining is not None else None,
        ids=made.ids,
        date_basis=made.date_basis,
        assumptions=made.assumptions,
        outcome=outcome,
        verdict=verdict,
    )


def _judge(row: Published, made: Ours) -> tuple[Outcome, str]:
    """Return what the comparison comes to, and the same in words: in the range or not, and near enough or not."""
    inside = _is_within(row, made.value)
    if not _is_near(row, made.stated):
        within = ", the published value within our range" if inside else ""
        why = row.data_gap or row.definition_gap or row.date_gap or "no reason is known"
        return "differs", f"differs{within}: {why}"
    if row.way == "arithmetic":
        return "arithmetic only", "the publisher's arithmetic holds; no figure of the register is behind it"
    where = "in our range" if inside else "outside our range"
    return "agrees", f"agrees: {where}, within the tolerance of {row.allowed}"


def _is_near(row: Published, value: float) -> bool:
    allowed = row.tolerance * (abs(row.value) if row.relative else 1.0)
    return abs(value - row.value) <= allowed + 1e-12


def _is_within(row: Published, ours: Interval) -> bool:
    slack = _ROUNDING * max(abs(row.value), 1.0)
    return ours.low - slack <= row.value <= ours.high + slack


def _unmatched(row: Published, why: str) -> Reconciled:
    return Reconciled(
        row=row,
        ours=None,
        stated=None,
        difference=None,
        remaining=None,
        ids=(),
        date_basis="",
        assumptions=(),
        outcome="cannot be computed",
        verdict=why,
    )
