"""Apply shocks to a case: each takes money, promises or value out of the plan, run by run."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

import numpy as np

from loopledger.errors import NotFoundError
from loopledger.records import Party, Role
from loopledger.register.suggest import suggest
from loopledger.schedule import Assumptions
from loopledger.stress.arrays import FloatArray
from loopledger.stress.cascade.case import Case, Layer
from loopledger.stress.cascade.levels import Levels
from loopledger.stress.scenarios.record import Scenario, Shock, ShockKind

__all__ = ["apply_scenario", "targets_of"]

_SUPPLIERS = frozenset({Role.CHIPMAKER, Role.EQUIPMENT})


class _Setting:
    def __init__(
        self, case: Case, parties: Mapping[str, Party], assumptions: Assumptions, levels: Levels
    ) -> None:
        self.case, self.parties, self.assumptions, self.levels = case, parties, assumptions, levels


def targets_of(text: str, case: Case, parties: Mapping[str, Party]) -> tuple[int, ...]:
    """Return the places of a target in the case.

    Raises
    ------
    NotFoundError
        If no party, or no party of the role, has anything scheduled.
    """
    if text.startswith("role:"):
        found = tuple(
            k for k, p in enumerate(case.parties) if p in parties and parties[p].role.value == text[5:]
        )
    else:
        found = tuple(k for k, p in enumerate(case.parties) if p == text)
    if not found:
        msg = f"nothing is scheduled for {text!r} in the window"
        raise NotFoundError(msg, hint=suggest(text, set(case.parties)) or "see loopledger register show")
    return found


def apply_scenario(
    case: Case,
    scenarios: Iterable[Scenario],
    parties: Mapping[str, Party],
    assumptions: Assumptions,
    levels: Levels,
    *,
    scale: float = 1.0,
) -> None:
    """Enter the shocks of scenarios in a case, in the order of their kind, whatever order they are named in.

    Parameters
    ----------
    scale : float
        Multiplies the size of every shock; shares stop at 1.
    """
    setting = _Setting(case, parties, assumptions, levels)
    shocks = [(s.id, number, one) for s in scenarios for number, one in enumerate(s.shocks)]
    shocks.sort(key=lambda entry: (list(ShockKind).index(entry[2].kind), entry[0], entry[1]))
    for id_, number, shock in shocks:
        size = levels.of(f"shock/{id_}/{number}", shock.size, "high") * scale
        if shock.kind is not ShockKind.SPREADS_WIDEN:
            size = np.minimum(size, 1.0)
        last = len(case.quarters) if shock.quarters is None else shock.start + shock.quarters
        _SHOCKS[shock.kind](setting, shock, size, slice(shock.start, last))


def _funding_stops(s: _Setting, shock: Shock, size: FloatArray, when: slice) -> None:
    case = s.case
    for k in targets_of(shock.target, case, s.parties):
        case.open_share[:, when, k] *= 1 - size[:, None]
        for c, one in enumerate(case.claims):
            if one.payee == k and one.funding and (shock.binding_too or one.layer > Layer.RESERVE):
                _take(case, c, when, size)


def _take(case: Case, c: int, when: slice, size: FloatArray) -> None:
    rest = case.amounts[:, when, c] - case.withdrawn[:, when, c]
    case.withdrawn[:, when, c] += rest * size[:, None]


def _revenue_falls(s: _Setting, shock: Shock, size: FloatArray, when: slice) -> None:
    for k in targets_of(shock.target, s.case, s.parties):
        rest = s.case.revenue[:, when, k] - s.case.lost_revenue[:, when, k]
        s.case.lost_revenue[:, when, k] += rest * size[:, None]


def _growth_falls(s: _Setting, shock: Shock, size: FloatArray, when: slice) -> None:
    """Cut the growth of end-customer revenue by a share: 0.5 halves it."""
    case = s.case
    for k in targets_of(shock.target, case, s.parties):
        growth = case.growth[:, k]
        n = np.arange(1, len(case.quarters) - (when.start or 0) + 1)
        factor = ((1 + growth * (1 - size)) / (1 + growth))[:, None] ** n
        rest = case.revenue[:, when.start :, k] - case.lost_revenue[:, when.start :, k]
        case.lost_revenue[:, when.start :, k] += rest * (1 - factor)


def _commitments_cut(s: _Setting, shock: Shock, size: FloatArray, when: slice) -> None:
    """Cut a share of all that the target promises to buy, options first, then conditional, then binding."""
    case = s.case
    for k in targets_of(shock.target, case, s.parties):
        bought = [c for c, one in enumerate(case.claims) if one.payer == k and one.purchase]
        rest = case.amounts[:, when] - case.withdrawn[:, when]
        left = rest[:, :, bought].sum(axis=(1, 2)) * size
        for layer in (Layer.OPTION, Layer.CONDITIONAL, Layer.BINDING):
            places = [c for c in bought if case.claims[c].layer is layer]
            total = rest[:, :, places].sum(axis=(1, 2))
            part = np.divide(np.minimum(left, total), total, out=np.zeros_like(total), where=total > 0)
            for c in places:
                _take(case, c, when, part)
            left = np.maximum(left - total, 0.0)


def _rent_falls(s: _Setting, shock: Shock, size: FloatArray, when: slice) -> None:
    """Let end customers of the sellers pay less at once, and running contracts by the repriced share."""
    name = "stress.contracts_repriced"
    repriced = s.levels.of(name, s.assumptions.range(name), "high")
    _revenue_falls(s, shock, size, when)
    places = set(targets_of(shock.target, s.case, s.parties))
    for c, one in enumerate(s.case.claims):
        if one.payee in places and one.purchase and not one.order:
            _take(s.case, c, when, size * repriced)


def _capacity_slips(s: _Setting, shock: Shock, size: FloatArray, when: slice) -> None:
    """Move a share of what rises above the first quarter's rent; what is not back in the window is gone from it."""
    case = s.case
    places = set(targets_of(shock.target, case, s.parties))
    for c, one in enumerate(case.claims):
        if one.payee in places and one.purchase and not one.order:
            rise = np.maximum(case.amounts[:, :, c] - case.amounts[:, :1, c], 0.0)
            late = np.zeros_like(rise)
            late[:, shock.late :] = rise[:, : -shock.late]
            slips = np.maximum(rise - late, 0.0) * size[:, None]
            outside = np.ones(rise.shape[1], dtype=bool)
            outside[when] = False
            slips[:, outside] = 0.0
            case.withdrawn[:, :, c] = np.minimum(case.withdrawn[:, :, c] + slips, case.amounts[:, :, c])


def _share_shifts(s: _Setting, shock: Shock, size: FloatArray, when: slice) -> None:
    """Take orders and outside sales from a supplier; the gainer's new receipts are outside revenue."""
    case = s.case
    (gains,) = targets_of(shock.to, case, s.parties)[:1]
    for k in targets_of(shock.target, case, s.parties):
        for c, one in enumerate(case.claims):
            if one.payee == k and one.order:
                moved = (case.amounts[:, when, c] - case.withdrawn[:, when, c]) * size[:, None]
                _take(case, c, when, size)
                case.lost_revenue[:, when, gains] -= moved
        moved = case.revenue[:, when, k] * size[:, None]
        case.lost_revenue[:, when, k] += moved
        case.lost_revenue[:, when, gains] -= moved


def _demand_moves(s: _Setting, shock: Shock, size: FloatArray, when: slice) -> None:
    """Move what the target may buy elsewhere: options, conditional and cancellable purchases, never binding ones.

    What moves is an outside cost of the buyer and outside revenue of the gainer: no contract for it exists.
    """
    case = s.case
    (gains,) = targets_of(shock.to, case, s.parties)[:1]
    losers = set(targets_of(shock.leaves, case, s.parties))
    for k in targets_of(shock.target, case, s.parties):
        for c, one in enumerate(case.claims):
            if one.payer == k and one.payee in losers and one.purchase and one.layer > Layer.RESERVE:
                moved = (case.amounts[:, when, c] - case.withdrawn[:, when, c]) * size[:, None]
                _take(case, c, when, size)
                case.lost_revenue[:, when, gains] -= moved
                case.costs[:, when, k] += moved


def _multiples_compress(s: _Setting, shock: Shock, size: FloatArray, when: slice) -> None:
    for k in targets_of(shock.target, s.case, s.parties):
        held = s.case.mark_shock[:, when, k]
        s.case.mark_shock[:, when, k] = np.maximum(held, size[:, None])


def _spreads_widen(s: _Setting, shock: Shock, size: FloatArray, when: slice) -> None:
    """Charge the wider spread, in basis points, on all unsigned money of the plan so far."""
    case = s.case
    for k in targets_of(shock.target, case, s.parties):
        raised = np.cumsum(case.money[:, :, k], axis=1)
        extra = raised * (size / 1e4 / 4)[:, None]
        case.costs[:, when, k] += extra[:, when]


def _capex_cut(s: _Setting, shock: Shock, size: FloatArray, when: slice) -> None:
    case = s.case
    for k in targets_of(shock.target, case, s.parties):
        for c, one in enumerate(case.claims):
            known = s.parties.get(case.parties[one.payee])
            if one.payer == k and one.purchase and known is not None and known.role in _SUPPLIERS:
                _take(case, c, when, size)


def _defaults(s: _Setting, shock: Shock, size: FloatArray, when: slice) -> None:
    for k in targets_of(shock.target, s.case, s.parties):
        if (size > 0).any():
            s.case.fails[when, k] = 1.0


_SHOCKS: Mapping[ShockKind, Callable[[_Setting, Shock, FloatArray, slice], None]] = {
    ShockKind.FUNDING_STOPS: _funding_stops,
    ShockKind.REVENUE_FALLS: _revenue_falls,
    ShockKind.GROWTH_FALLS: _growth_falls,
    ShockKind.COMMITMENTS_CUT: _commitments_cut,
    ShockKind.RENT_FALLS: _rent_falls,
    ShockKind.CAPACITY_SLIPS: _capacity_slips,
    ShockKind.SHARE_SHIFTS: _share_shifts,
    ShockKind.DEMAND_MOVES: _demand_moves,
    ShockKind.MULTIPLES_COMPRESS: _multiples_compress,
    ShockKind.SPREADS_WIDEN: _spreads_widen,
    ShockKind.CAPEX_CUT: _capex_cut,
    ShockKind.DEFAULTS: _defaults,
    ShockKind.WRITES_OFF: _multiples_compress,
}
