"""What breaks when it stops: clearing with default costs and seniority, cross-holdings, contagion."""

from loopledger.stress.clearing import Clearing, Solution, clear
from loopledger.stress.waterfall import ExternalRank

__all__ = ["Clearing", "ExternalRank", "Solution", "clear"]
