"""Apply scenarios to a case: each shock takes money, promises or value out of the plan, run by run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np

from loopledger.errors import ModelError
from loopledger.records import Party
from loopledger.schedule import Assumptions
from loopledger.stress.arrays import FloatArray
from loopledger.stress.cascade.case import Case
from loopledger.stress.cascade.levels import Levels
from loopledger.stress.scenarios.record import Scenario, ShockKind
from loopledger.stress.scenarios.shocks import SHOCKS, Setting

__all__ = ["Scale", "apply_scenario"]

#: One factor for all shocks, one a run, or one a run by the id of the scenario.
Scale = float | FloatArray | Mapping[str, FloatArray]


def apply_scenario(
    case: Case,
    scenarios: Iterable[Scenario],
    parties: Mapping[str, Party],
    assumptions: Assumptions,
    levels: Levels,
    *,
    scale: Scale = 1.0,
) -> None:
    """Enter the shocks of scenarios in a case, in the order of their kind, whatever order they are named in.

    Parameters
    ----------
    scale : float, ndarray of shape (d,), or mapping of scenario ids to such arrays
        Multiplies the size of every shock; shares stop at 1.

    Raises
    ------
    ModelError
        If a shock begins after the window has ended.
    NotFoundError
        If a target has nothing scheduled in the window.
    """
    setting = Setting(case=case, parties=parties, assumptions=assumptions, levels=levels)
    shocks = [(s.id, number, one) for s in scenarios for number, one in enumerate(s.shocks)]
    shocks.sort(key=lambda entry: (list(ShockKind).index(entry[2].kind), entry[0], entry[1]))
    for id_, number, shock in shocks:
        if shock.start >= len(case.quarters):
            msg = f"shock {number + 1} of {id_} starts {shock.start} quarters after {case.quarters[0]}, past the window"
            raise ModelError(msg, hint="a longer window (--to), or a smaller start")
        factor = scale[id_] if isinstance(scale, Mapping) else scale
        size = levels.of(f"shock/{id_}/{number}", shock.size, "high") * factor
        if shock.kind is not ShockKind.SPREADS_WIDEN:
            size = np.minimum(size, 1.0)
        last = len(case.quarters) if shock.quarters is None else shock.start + shock.quarters
        SHOCKS[shock.kind](setting, shock, size, slice(shock.start, last))
