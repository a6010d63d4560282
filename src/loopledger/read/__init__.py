"""From the words of a document to proposed instruments: offline, deterministic, with evidence."""

from loopledger.read.thin import read

__all__ = ["read"]
