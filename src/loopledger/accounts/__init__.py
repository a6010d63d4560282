"""Sources and uses of every party: reported figures and contract flows, closed by an explicit residual."""

from loopledger.accounts.closed import ClosedFlows, close_flows, group_of, insiders_of, origins_of
from loopledger.accounts.figures import Amount, FigureBook, build_figures
from loopledger.accounts.holdout import TEST_WIDTH, HeldBack, hold_back
from loopledger.accounts.items import OUTSIDE_ACCOUNTS
from loopledger.accounts.lines import Accounts, Basis, Hole, Line, OtherBuyers, Period, Statement
from loopledger.accounts.matrix import TransactionMatrix, build_matrix
from loopledger.accounts.payments import (
    EstimatedPayment,
    Estimates,
    FittedTotal,
    MarketFit,
    Refused,
    estimate_payments,
)
from loopledger.accounts.periods import periods_between, read_quarter
from loopledger.accounts.state import state_accounts

__all__ = [
    "OUTSIDE_ACCOUNTS",
    "TEST_WIDTH",
    "Accounts",
    "Amount",
    "Basis",
    "ClosedFlows",
    "EstimatedPayment",
    "Estimates",
    "FigureBook",
    "FittedTotal",
    "HeldBack",
    "Hole",
    "Line",
    "MarketFit",
    "OtherBuyers",
    "Period",
    "Refused",
    "Statement",
    "TransactionMatrix",
    "build_figures",
    "build_matrix",
    "close_flows",
    "estimate_payments",
    "group_of",
    "hold_back",
    "insiders_of",
    "origins_of",
    "periods_between",
    "read_quarter",
    "state_accounts",
]
