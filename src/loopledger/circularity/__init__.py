"""Is it the same dollar: loops, circulation, and whose money pays a seller."""

from loopledger.circularity.backing import FIRMNESS, LegBacking, LoopBacking, back_loops
from loopledger.circularity.certificate import Certificate
from loopledger.circularity.circulation import Circulation, circulate
from loopledger.circularity.cycling import Cycling, measure_cycling
from loopledger.circularity.dated import DatedLoop, DatedLoops, find_dated_loops
from loopledger.circularity.decomposition import Decomposition, LoopPart, decompose
from loopledger.circularity.fates import Fates
from loopledger.circularity.funding import RULES, Funding, trace_funding
from loopledger.circularity.loops import Loop, LoopKind, Loops, find_loops
from loopledger.circularity.ranges import ArcRanges, range_arcs
from loopledger.circularity.significance import LoopCount, Significance, weigh_loops

__all__ = [
    "FIRMNESS",
    "RULES",
    "ArcRanges",
    "Certificate",
    "Circulation",
    "Cycling",
    "DatedLoop",
    "DatedLoops",
    "Decomposition",
    "Fates",
    "Funding",
    "LegBacking",
    "Loop",
    "LoopBacking",
    "LoopCount",
    "LoopKind",
    "LoopPart",
    "Loops",
    "Significance",
    "back_loops",
    "circulate",
    "decompose",
    "find_dated_loops",
    "find_loops",
    "measure_cycling",
    "range_arcs",
    "trace_funding",
    "weigh_loops",
]
