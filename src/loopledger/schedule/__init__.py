"""From promises to dated cash flows: how much, when, how certain, on which assumptions."""

from loopledger.schedule.assumptions import Assumption, Assumptions, load_assumptions
from loopledger.schedule.expand import Schedule, Unscheduled, expand
from loopledger.schedule.flow import Certainty, Flow, Leg, promise_id
from loopledger.schedule.promise import Promise, promise_from_draft, promises_from_snapshot
from loopledger.schedule.supply import NoOrder

__all__ = [
    "Assumption",
    "Assumptions",
    "Certainty",
    "Flow",
    "Leg",
    "NoOrder",
    "Promise",
    "Schedule",
    "Unscheduled",
    "expand",
    "load_assumptions",
    "promise_from_draft",
    "promise_id",
    "promises_from_snapshot",
]
