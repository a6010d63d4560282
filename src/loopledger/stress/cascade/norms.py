"""What counts as a break: a missed payment, a cut, or a norm of coverage, liquidity or value."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from loopledger.errors import NotFoundError
from loopledger.schedule import Assumptions
from loopledger.stress.arrays import FloatArray
from loopledger.stress.balance import BoolArray
from loopledger.stress.cascade.case import Case, Layer, by_party
from loopledger.stress.cascade.levels import Levels
from loopledger.stress.cascade.run import Outcome

__all__ = ["Norm", "NormKind", "breaches", "read_norm"]

_CENT = 1e-2


class NormKind(StrEnum):
    """Which norm.

    The register states no covenant, rating or margin call, so the last three are norms of judgement and of
    no contract.
    """

    MISSED = "missed"
    SHORT = "short"
    COVERAGE = "coverage"
    LIQUIDITY = "liquidity"
    FALL = "fall"


#: Assumption behind a norm, and which end of it is severe.
_ASSUMED = {
    NormKind.COVERAGE: ("trigger.coverage", "high"),
    NormKind.LIQUIDITY: ("trigger.liquidity", "high"),
    NormKind.FALL: ("trigger.fall", "low"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Norm:
    """A norm, and its threshold where the user gives one; else that of the assumption, run by run."""

    kind: NormKind = NormKind.MISSED
    threshold: float | None = None

    @property
    def assumption(self) -> str:
        """Name of the assumption that the threshold rests on; empty for none."""
        return _ASSUMED[self.kind][0] if self.kind in _ASSUMED and self.threshold is None else ""

    def at(self, assumptions: Assumptions, levels: Levels) -> FloatArray:
        """Return the threshold in each run, shape (d,)."""
        if self.threshold is not None or self.kind not in _ASSUMED:
            return np.full(levels.n_draws, self.threshold or 0.0)
        name, severe = _ASSUMED[self.kind]
        return levels.of(name, assumptions.range(name), severe)

    def __str__(self) -> str:
        words = {
            NormKind.MISSED: "misses a binding payment",
            NormKind.SHORT: "cuts, defers or misses a payment",
            NormKind.COVERAGE: "covers its debt service less than the norm",
            NormKind.LIQUIDITY: "holds less cash than the norm",
            NormKind.FALL: "loses more of its value than the norm",
        }
        at = f" of {self.threshold:g}" if self.threshold is not None and self.kind in _ASSUMED else ""
        return words[self.kind] + at


def read_norm(text: str) -> Norm:
    """Return the norm of a text such as ``missed``, ``coverage`` or ``coverage:1.2``.

    Raises
    ------
    NotFoundError
        If it is none.
    """
    name, colon, value = text.partition(":")
    try:
        kind = NormKind(name)
        threshold = float(value) if colon else None
    except ValueError:
        kind, threshold = NormKind.MISSED, -1.0
    if threshold is not None and (kind not in _ASSUMED or not 0 <= threshold < 1e6):
        msg = f"{text!r} is no norm"
        names = ", ".join(f"{k}[:NUMBER]" if k in _ASSUMED else k for k in NormKind)
        raise NotFoundError(msg, hint=f"one of {names}")
    return Norm(kind=kind, threshold=threshold)


def breaches(norm: Norm, case: Case, outcome: Outcome, thresholds: FloatArray) -> BoolArray:
    """Return who breaches a norm in which quarter, shape (d, t, p).

    Parameters
    ----------
    thresholds : ndarray, shape (d,)

    Notes
    -----
    Coverage is revenue and receipts, funding left out, less outside costs, over the debt service due in the
    quarter. Liquidity is cash at the end of the quarter over the mean of the binding payments of the window.
    Who owes none breaches neither.
    """
    n = len(case.parties)
    payer = np.array([one.payer for one in case.claims], dtype=np.int64)
    level = thresholds[:, None, None]
    match norm.kind:
        case NormKind.MISSED:
            found: BoolArray = by_party(outcome.unpaid, payer, n) > _CENT
        case NormKind.SHORT:
            found = by_party(outcome.unpaid + outcome.cut + outcome.deferred, payer, n) > _CENT
        case NormKind.COVERAGE:
            found = _coverage(case, outcome) < level
        case NormKind.LIQUIDITY:
            hard = np.array([one.layer in (Layer.DEBT, Layer.BINDING) for one in case.claims], dtype=bool)
            binding = by_party(case.amounts * hard, payer, n).mean(axis=1, keepdims=True)
            found = outcome.cash < level * binding - _CENT
        case NormKind.FALL:
            found = outcome.fall > level
    return found


def _coverage(case: Case, outcome: Outcome) -> FloatArray:
    """Return money before debt service over debt service, shape (d, t, p); infinite where none is due."""
    n = len(case.parties)
    payer = np.array([one.payer for one in case.claims], dtype=np.int64)
    payee = np.array([one.payee for one in case.claims], dtype=np.int64)
    earns = np.array([not one.funding for one in case.claims], dtype=bool)
    debt = np.array([one.layer is Layer.DEBT for one in case.claims], dtype=bool)
    due = by_party((case.amounts - outcome.withdrawn) * debt, payer, n)
    money = by_party((outcome.paid + outcome.covered) * earns, payee, n) + case.revenue - case.lost_revenue
    money -= case.costs - outcome.saved
    return np.divide(money, due, out=np.full_like(money, np.inf), where=due > _CENT)
