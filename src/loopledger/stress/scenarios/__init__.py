"""Named scenarios: shocks as data, with the published sizes beside them."""

from loopledger.stress.scenarios.apply import apply_scenario
from loopledger.stress.scenarios.load import list_scenarios, load_scenario, read_scenario
from loopledger.stress.scenarios.moves import move_demand
from loopledger.stress.scenarios.question import Question
from loopledger.stress.scenarios.record import Measure, Published, Scenario, Shock, ShockKind
from loopledger.stress.scenarios.shocks import USES, targets_of

__all__ = [
    "USES", "Measure", "Published", "Question", "Scenario", "Shock", "ShockKind", "apply_scenario", "list_scenarios",
    "load_scenario", "move_demand", "read_scenario", "targets_of",
]  # fmt: skip
