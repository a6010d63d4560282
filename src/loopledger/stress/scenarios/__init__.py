"""Named scenarios: shocks as data, with the published sizes beside them."""

from loopledger.stress.scenarios.apply import apply_scenario
from loopledger.stress.scenarios.load import list_scenarios, load_scenario
from loopledger.stress.scenarios.record import Published, Scenario, Shock, ShockKind

__all__ = [
    "Published", "Scenario", "Shock", "ShockKind", "apply_scenario", "list_scenarios", "load_scenario",
]  # fmt: skip
