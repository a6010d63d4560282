"""Payment networks: who paid whom how much in which period, as arrays."""

from loopledger.network.books import Books, close_books
from loopledger.network.build import flow_table
from loopledger.network.collapse import collapse_parties, parties_between
from loopledger.network.flows import FlowTable, Row, build_table
from loopledger.network.tables import read_flows, read_opening
from loopledger.network.treasuries import Treasuries, close_treasuries

__all__ = [
    "Books",
    "FlowTable",
    "Row",
    "Treasuries",
    "build_table",
    "close_books",
    "close_treasuries",
    "collapse_parties",
    "flow_table",
    "parties_between",
    "read_flows",
    "read_opening",
]
