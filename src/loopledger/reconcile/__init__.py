"""Published figures beside ours, with the reason for each difference."""

from loopledger.reconcile.arithmetic import evaluate
from loopledger.reconcile.compare import Reconciled, reconcile
from loopledger.reconcile.published import Published, load_published

__all__ = ["Published", "Reconciled", "evaluate", "load_published", "reconcile"]
