"""Published figures beside ours, with the reason for each difference."""

from loopledger.reconcile.arithmetic import evaluate
from loopledger.reconcile.compare import OUTCOMES, STRICT, Reconciled, reconcile
from loopledger.reconcile.published import (
    CHECKS,
    Check,
    Published,
    WithoutRow,
    load_published,
    load_without_row,
)

__all__ = [
    "CHECKS",
    "OUTCOMES",
    "STRICT",
    "Check",
    "Published",
    "Reconciled",
    "WithoutRow",
    "evaluate",
    "load_published",
    "load_without_row",
    "reconcile",
]
