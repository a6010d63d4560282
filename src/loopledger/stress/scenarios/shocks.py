"""What each kind of shock takes out of the plan of a case, run by run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from loopledger.errors import ModelError, NotFoundError
from loopledger.records import Party, Role
from loopledger.register.suggest import suggest
from loopledger.schedule import Assumptions
from loopledger.stress.arrays import FloatArray
from loopledger.stress.cascade.case import Case, Layer, by_party
from loopledger.stress.cascade.hardware import extra_depreciation, replaced
from loopledger.stress.cascade.levels import Levels
from loopledger.stress.scenarios.record import Shock, ShockKind

__all__ = ["SHOCKS", "USES", "Setting", "targets_of"]

_SUPPLIERS = frozenset({Role.CHIPMAKER, Role.EQUIPMENT})


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What shocks act on and look up."""

    case: Case
    parties: Mapping[str, Party]
    assumptions: Assumptions
    levels: Levels

    def level(self, name: str, severe: str) -> FloatArray:
        """Return an assumption in each run, shape (d,)."""
        return self.levels.of(name, self.assumptions.range(name), severe)


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


def _funding_stops(s: Setting, shock: Shock, size: FloatArray, when: slice) -> None:
    case = s.case
    for k in targets_of(shock.target, case, s.parties):
        case.open_share[:, when, k] *= 1 - size[:, None]
        for c, one in enumerate(case.claims):
            if one.payee == k and one.funding and (shock.binding_too or one.layer > Layer.RESERVE):
                _take(case, c, when, size)


def _take(case: Case, c: int, when: slice, size: FloatArray) -> None:
    rest = case.amounts[:, when, c] - case.withdrawn[:, when, c]
    case.withdrawn[:, when, c] += rest * size[:, None]


def _revenue_falls(s: Setting, shock: Shock, size: FloatArray, when: slice) -> None:
    for k in targets_of(shock.target, s.case, s.parties):
        rest = s.case.revenue[:, when, k] - s.case.lost_revenue[:, when, k]
        s.case.lost_revenue[:, when, k] += rest * size[:, None]


def _growth_falls(s: Setting, shock: Shock, size: FloatArray, when: slice) -> None:
    """Cut the growth of end-customer revenue by a share: 0.5 halves it."""
    case = s.case
    for k in targets_of(shock.target, case, s.parties):
        growth = case.growth[:, k]
        n = np.arange(1, len(case.quarters) - (when.start or 0) + 1)
        factor = ((1 + growth * (1 - size)) / (1 + growth))[:, None] ** n
        rest = case.revenue[:, when.start :, k] - case.lost_revenue[:, when.start :, k]
        case.lost_revenue[:, when.start :, k] += rest * (1 - factor)


def _commitments_cut(s: Setting, shock: Shock, size: FloatArray, when: slice) -> None:
    """Cut a share of all that the target promises to buy, options first, then conditional, then binding."""
    for k in targets_of(shock.target, s.case, s.parties):
        _cut_purchases(s.case, k, size, when)


def _cut_purchases(case: Case, k: int, size: FloatArray, when: slice) -> None:
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


def _rent_falls(s: Setting, shock: Shock, size: FloatArray, when: slice) -> None:
    """Let end customers of the sellers pay less at once, and running contracts by the repriced share."""
    repriced = s.level("stress.contracts_repriced", "high")
    _revenue_falls(s, shock, size, when)
    places = set(targets_of(shock.target, s.case, s.parties))
    for c, one in enumerate(s.case.claims):
        if one.payee in places and one.purchase and not one.order:
            _take(s.case, c, when, size * repriced)


def _capacity_slips(s: Setting, shock: Shock, size: FloatArray, when: slice) -> None:
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


def _share_shifts(s: Setting, shock: Shock, size: FloatArray, when: slice) -> None:
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


def _demand_moves(s: Setting, shock: Shock, size: FloatArray, when: slice) -> None:
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


def _multiples_compress(s: Setting, shock: Shock, size: FloatArray, when: slice) -> None:
    for k in targets_of(shock.target, s.case, s.parties):
        held = s.case.mark_shock[:, when, k]
        s.case.mark_shock[:, when, k] = np.maximum(held, size[:, None])


def _spreads_widen(s: Setting, shock: Shock, size: FloatArray, when: slice) -> None:
    """Charge the wider spread, in basis points, on unsigned money so far and on debt service that is refinanced."""
    case = s.case
    again = s.level("stress.refinanced_share", "high")[:, None]
    payer = np.array([one.payer for one in case.claims], dtype=np.int64)
    debt = np.array([one.layer is Layer.DEBT for one in case.claims], dtype=bool)
    service = by_party(case.amounts * debt, payer, len(case.parties))
    for k in targets_of(shock.target, case, s.parties):
        raised = np.cumsum(case.money[:, when, k] + again * service[:, when, k], axis=1)
        case.costs[:, when, k] += raised * (size / 1e4 / 4)[:, None]


def _capex_cut(s: Setting, shock: Shock, size: FloatArray, when: slice) -> None:
    case = s.case
    for k in targets_of(shock.target, case, s.parties):
        for c, one in enumerate(case.claims):
            known = s.parties.get(case.parties[one.payee])
            if one.payer == k and one.purchase and known is not None and known.role in _SUPPLIERS:
                _take(case, c, when, size)


def _defaults(s: Setting, shock: Shock, size: FloatArray, when: slice) -> None:
    for k in targets_of(shock.target, s.case, s.parties):
        s.case.fails[:, when, k] = np.maximum(s.case.fails[:, when, k], (size > 0)[:, None])


def _life_shortens(s: Setting, shock: Shock, size: FloatArray, when: slice) -> None:
    """Take a share off the life of servers: some are replaced sooner, all depreciate faster.

    Replacements are an outside cost. Depreciation moves no cash: it is kept as a figure, and value falls
    by ``stress.mark_sensitivity`` times its part of the receipts that the window promises.
    """
    case = s.case
    share, again = s.level("hardware.server_share", "high"), s.level("hardware.replaced_share", "high")
    payee = np.array([one.payee for one in case.claims], dtype=np.int64)
    promised = (by_party(case.amounts, payee, len(case.parties)) + case.revenue).sum(axis=1)
    targets = targets_of(shock.target, case, s.parties)
    known = [k for k in targets if case.vintages.spent[:, k].any()]
    if not case.vintages.spent.any():
        msg = "nobody's capital expenditure is reported, so hardware has no age"
        raise ModelError(msg, hint="add observations of capex_cash, or use writes_off")
    for k in known:
        new = replaced(case.vintages, k, share, size)[:, when] * again[:, None]
        case.costs[:, when, k] += new
        case.replaced[:, when, k] += new
        more = extra_depreciation(case.vintages, k, share, size)[:, when]
        case.extra_depreciation[:, when, k] += more
        part = np.divide(more.sum(axis=1), promised[:, k], out=np.zeros(len(more)), where=promised[:, k] > 0)
        fall = np.minimum(case.behaviour.mark_sensitivity * np.maximum(part, 0.0), 1.0)
        case.mark_shock[:, when, k] = np.maximum(case.mark_shock[:, when, k], fall[:, None])


def _efficiency_jumps(s: Setting, shock: Shock, size: FloatArray, when: slice) -> None:
    """Let the cost of a unit of use fall by a share: demand answers, and what it does not take up is cut.

    With elasticity ``e``, price following cost, use grows to ``(1 - size)^-e`` and compute to
    ``(1 - size)^(1 - e)`` of the plan; so does revenue. A factor above 1 is not counted: contracts bound capacity.
    """
    elasticity = s.level("stress.usage_elasticity", "low")
    left = np.power(np.maximum(1 - size, 1e-6), 1 - elasticity)
    stranded = np.clip(1 - left, 0.0, 1.0)
    for k in targets_of(shock.target, s.case, s.parties):
        _cut_purchases(s.case, k, stranded, when)
    _revenue_falls(s, shock, stranded, when)


#: The function of each kind.
SHOCKS: Mapping[ShockKind, Callable[[Setting, Shock, FloatArray, slice], None]] = {
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
    ShockKind.LIFE_SHORTENS: _life_shortens,
    ShockKind.EFFICIENCY_JUMPS: _efficiency_jumps,
}

#: The assumptions that only some kinds of shock use.
USES: Mapping[ShockKind, tuple[str, ...]] = {
    ShockKind.RENT_FALLS: ("stress.contracts_repriced",),
    ShockKind.SPREADS_WIDEN: ("stress.refinanced_share",),
    ShockKind.LIFE_SHORTENS: ("hardware.life", "hardware.server_share", "hardware.replaced_share"),
    ShockKind.EFFICIENCY_JUMPS: ("stress.usage_elasticity",),
}
