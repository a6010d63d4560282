"""Is it the same dollar: loops, circulation, and whose money pays a seller."""

from loopledger.circularity.circulation import Circulation, circulate
from loopledger.circularity.funding import RULES, Funding, trace_funding
from loopledger.circularity.loops import Loop, LoopKind, Loops, find_loops

__all__ = [
    "RULES",
    "Circulation",
    "Funding",
    "Loop",
    "LoopKind",
    "Loops",
    "circulate",
    "find_loops",
    "trace_funding",
]
