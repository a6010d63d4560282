"""What a brief says, before it is put into words: the deal, its loops, whose money pays, what is next."""

from loopledger.report.analysis.deal import Deal, Item, place_deal
from loopledger.report.analysis.funding import FundingView, view_funding
from loopledger.report.analysis.loops import DealLeg, DealLoop, RegisterLoop, close_loops, rank_loops

__all__ = [
    "Deal",
    "DealLeg",
    "DealLoop",
    "FundingView",
    "Item",
    "RegisterLoop",
    "close_loops",
    "place_deal",
    "rank_loops",
    "view_funding",
]
