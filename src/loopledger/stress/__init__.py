"""What breaks when it stops: clearing with default costs and seniority, cross-holdings, contagion."""

from loopledger.stress.clearing import Clearing, Solution, clear
from loopledger.stress.crossholdings import (
    ClaimValues,
    CrossHoldings,
    Equilibrium,
    dependency_matrix,
    value_claims,
    value_cross_holdings,
)
from loopledger.stress.debtrank import DebtRank, LinearDebtRank, debt_rank, linear_debt_rank
from loopledger.stress.draws import AssetDraws, draw_assets
from loopledger.stress.ensemble import Ensemble, clear_ensemble, print_progress
from loopledger.stress.guarantees import (
    OUTSIDE_CREDITORS,
    Guarantee,
    GuaranteedClearing,
    clear_guaranteed,
)
from loopledger.stress.thresholds import Cascade, fail_by_fraction, fail_by_losses
from loopledger.stress.valuation import (
    NetworkValue,
    value_at_default_costs,
    value_at_recovery,
    value_before_maturity,
    value_in_proportion,
    value_network,
)
from loopledger.stress.waterfall import ExternalRank

__all__ = [
    "OUTSIDE_CREDITORS",
    "AssetDraws",
    "Cascade",
    "ClaimValues",
    "Clearing",
    "CrossHoldings",
    "DebtRank",
    "Ensemble",
    "Equilibrium",
    "ExternalRank",
    "Guarantee",
    "GuaranteedClearing",
    "LinearDebtRank",
    "NetworkValue",
    "Solution",
    "clear",
    "clear_ensemble",
    "clear_guaranteed",
    "debt_rank",
    "dependency_matrix",
    "draw_assets",
    "fail_by_fraction",
    "fail_by_losses",
    "linear_debt_rank",
    "print_progress",
    "value_at_default_costs",
    "value_at_recovery",
    "value_before_maturity",
    "value_claims",
    "value_cross_holdings",
    "value_in_proportion",
    "value_network",
]
