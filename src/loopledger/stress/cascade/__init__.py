"""What breaks on contracts: firmness decides what is cut first, quarter by quarter."""

from loopledger.accounts.books import Books
from loopledger.stress.cascade.build import build_case
from loopledger.stress.cascade.case import Behaviour, Call, Case, Claim, Layer, plan_money
from loopledger.stress.cascade.ensemble import Draws, draw_cascades
from loopledger.stress.cascade.ledger import Entry, Head, Ledger, Netted, net_cash, net_losses, read_entries
from loopledger.stress.cascade.levels import RUNS, Levels
from loopledger.stress.cascade.norms import Norm, NormKind, breaches, read_norm
from loopledger.stress.cascade.rank import Ranking, rank_parties
from loopledger.stress.cascade.reverse import Bracket, Cheapest, find_cheapest, find_smallest
from loopledger.stress.cascade.run import Outcome, run_cascade
from loopledger.stress.cascade.stakes import Stake

__all__ = [
    "RUNS", "Behaviour", "Books", "Bracket", "Call", "Case", "Cheapest", "Claim", "Draws", "Entry", "Head",
    "Layer", "Ledger", "Levels", "Netted", "Norm", "NormKind", "Outcome", "Ranking", "Stake", "breaches",
    "build_case", "draw_cascades", "find_cheapest", "find_smallest", "net_cash", "net_losses", "plan_money",
    "rank_parties", "read_entries", "read_norm", "run_cascade",
]  # fmt: skip
