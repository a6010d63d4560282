"""What breaks on contracts: firmness decides what is cut first, quarter by quarter."""

from loopledger.stress.cascade.build import build_case
from loopledger.stress.cascade.case import Behaviour, Call, Case, Claim, Layer, plan_money
from loopledger.stress.cascade.run import Outcome, run_cascade

__all__ = [
    "Behaviour", "Call", "Case", "Claim", "Layer", "Outcome", "build_case", "plan_money", "run_cascade",
]  # fmt: skip
