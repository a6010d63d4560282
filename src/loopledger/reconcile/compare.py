"""Set each published value beside ours, as known on its day; nothing is fitted to agree."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict

from loopledger.errors import ModelError
from loopledger.exposure.backlog import match_backlog
from loopledger.reconcile.arithmetic import evaluate
from loopledger.register import Register, Snapshot
from loopledger.units import Interval

__all__ = ["Published", "Reconciled", "load_published", "reconcile"]


class Published(BaseModel):
    """One published value, who said it, and how ours is made.

    ``way`` is ``backlog`` (register and observations), ``observed`` (a formula over observations),
    ``arithmetic`` (the publisher's own formula on the publisher's inputs) or ``none``.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    metric: str
    subject: str
    value: float
    unit: str
    as_of: str
    who: str
    url: str
    tier: Literal["P", "R", "L"]
    way: Literal["backlog", "observed", "arithmetic", "none"]
    known_on: date | None = None
    sellers: tuple[str, ...] = ()
    buyers: tuple[str, ...] = ()
    formula: str = ""
    inputs: dict[str, tuple[str, str, str]] = {}
    tolerance: float = 0.02
    relative: bool = True
    definition_gap: str = ""
    date_gap: str = ""
    data_gap: str = ""


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
    ids : tuple of str
    date_basis : str
    verdict : str
    """

    row: Published
    ours: Interval | None
    stated: float | None
    difference: float | None
    ids: tuple[str, ...]
    date_basis: str
    verdict: str

    def as_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        return {
            **self.row.model_dump(mode="json"),
            "published": self.row.value,
            "ours": self.ours.as_dict() if self.ours else None,
            "ours_as_stated": self.stated,
            "difference": self.difference,
            "ids": list(self.ids),
            "date_basis": self.date_basis,
            "verdict": self.verdict,
        }


def load_published() -> tuple[Published, ...]:
    """Return the bundled table of published values."""
    text = files("loopledger.data").joinpath("published.yaml").read_text(encoding="utf-8")
    return tuple(Published.model_validate(entry) for entry in yaml.safe_load(text)["published"])


def reconcile(register: Register, metric: str | None = None) -> tuple[Reconciled, ...]:
    """Return the published values beside ours.

    Raises
    ------
    ModelError
        If no published value is of the metric.
    """
    rows = [row for row in load_published() if metric in (None, row.metric, row.id)]
    if not rows:
        known = ", ".join(sorted({row.metric for row in load_published()}))
        msg = f'no published value is of "{metric}"'
        raise ModelError(msg, hint=f"known: {known}")
    snapshots: dict[date, Snapshot] = {}
    return tuple(_reconcile_one(row, register, snapshots) for row in rows)


def _reconcile_one(row: Published, register: Register, snapshots: dict[date, Snapshot]) -> Reconciled:
    if row.way == "none":
        return _unmatched(row, f"cannot be computed because {row.data_gap}")
    try:
        if row.way == "arithmetic":
            value = evaluate(row.formula, {})
            basis = f"the publisher's inputs, {row.as_of}"
            return _beside(row, Interval.exact(value), value, (), basis)
        assert row.known_on is not None  # noqa: S101  the table's tests hold it
        if row.known_on not in snapshots:
            snapshots[row.known_on] = register.known_on(row.known_on)
        snapshot = snapshots[row.known_on]
        if row.way == "observed":
            return _observed(row, snapshot)
        found = match_backlog(snapshot, row.sellers, row.buyers)
    except ModelError as error:
        return _unmatched(row, str(error))
    ids = (*found.instruments, *found.observations)
    basis = f"known on {row.known_on}: {'; '.join(found.dates)}"
    return _beside(row, found.share, found.share_stated, ids, basis)


def _observed(row: Published, snapshot: Snapshot) -> Reconciled:
    values: dict[str, float] = {}
    ids: list[str] = []
    for name, (party, metric, period) in row.inputs.items():
        found = [o for o in snapshot.observations if (o.party, o.metric, o.period) == (party, metric, period)]
        if not found:
            msg = f"cannot be computed because no observation gives {metric} of {party} for {period}"
            raise ModelError(msg, hint="add the row to the observations")
        last = max(found, key=lambda o: (o.known_on, o.line))
        values[name] = float(last.value)
        ids.append(f"{last.file}:{last.line}")
    value = evaluate(row.formula, values)
    return _beside(row, Interval.exact(value), value, tuple(ids), f"known on {row.known_on}")


def _beside(
    row: Published, ours: Interval, stated: float, ids: tuple[str, ...], date_basis: str
) -> Reconciled:
    difference = stated - row.value
    allowed = row.tolerance * (abs(row.value) if row.relative else 1.0)
    if abs(difference) > allowed + 1e-12:
        verdict = "differs: " + (row.data_gap or row.definition_gap or "no reason is known")
    elif row.way == "arithmetic":
        verdict = "the publisher's arithmetic holds; no figure of the register is behind it"
    else:
        verdict = "agrees within the tolerance"
    return Reconciled(
        row=row, ours=ours, stated=stated, difference=difference, ids=ids, date_basis=date_basis,
        verdict=verdict,
    )  # fmt: skip


def _unmatched(row: Published, why: str) -> Reconciled:
    return Reconciled(row=row, ours=None, stated=None, difference=None, ids=(), date_basis="", verdict=why)
