"""Published figures beside ours, with the reason for each difference."""

from loopledger.reconcile.arithmetic import evaluate
from loopledger.reconcile.compare import OUTCOMES, Reconciled, reconcile
from loopledger.reconcile.published import Published, WithoutRow, load_published, load_without_row

__all__ = [
    "OUTCOMES",
    "Published",
    "Reconciled",
    "WithoutRow",
    "evaluate",
    "load_published",
    "load_without_row",
    "reconcile",
]
