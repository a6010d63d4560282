"""Quantities as people state them: bounded money, electrical capacity, spans of dates.

A stated quantity keeps its bound ("up to", "about") and its exact decimal figure.
It becomes an :class:`Interval` (low, central, high) only under named assumptions, at the moment
it enters a computation.
"""

from loopledger.units.amount import Amount, Bound, BoundFactors, Capacity
from loopledger.units.dates import DateSpan, Quarter, format_span, parse_span
from loopledger.units.grammar import Mention, find_amounts, find_capacities
from loopledger.units.interval import Interval
from loopledger.units.literals import format_amount, format_capacity, parse_amount, parse_capacity

__all__ = [
    "Amount",
    "Bound",
    "BoundFactors",
    "Capacity",
    "DateSpan",
    "Interval",
    "Mention",
    "Quarter",
    "find_amounts",
    "find_capacities",
    "format_amount",
    "format_capacity",
    "format_span",
    "parse_amount",
    "parse_capacity",
    "parse_span",
]
