"""Is it the same dollar: loops, circulation, and whose money pays a seller."""

from loopledger.circularity.certificate import Certificate
from loopledger.circularity.circulation import Circulation, circulate
from loopledger.circularity.cycling import Cycling, measure_cycling
from loopledger.circularity.decomposition import Decomposition, LoopPart, decompose
from loopledger.circularity.fates import Fates
from loopledger.circularity.funding import RULES, Funding, trace_funding
from loopledger.circularity.loops import Loop, LoopKind, Loops, find_loops
from loopledger.circularity.ranges import ArcRanges, range_arcs

__all__ = [
    "RULES",
    "ArcRanges",
    "Certificate",
    "Circulation",
    "Cycling",
    "Decomposition",
    "Fates",
    "Funding",
    "Loop",
    "LoopKind",
    "LoopPart",
    "Loops",
    "circulate",
    "decompose",
    "find_loops",
    "measure_cycling",
    "range_arcs",
    "trace_funding",
]
