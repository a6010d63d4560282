"""Published figures beside ours, with the reason for each difference."""

from loopledger.reconcile.arithmetic import evaluate
from loopledger.reconcile.compare import Reconciled, load_published, reconcile

__all__ = ["Reconciled", "evaluate", "load_published", "reconcile"]
