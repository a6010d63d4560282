"""From the words of a document to proposed instruments: offline, deterministic, with evidence."""

from loopledger.read.reading import read

__all__ = ["read"]
