"""The brief: from documents to four sections in which every figure is traceable."""

from loopledger.report.brief.compose import Brief, write_brief

__all__ = ["Brief", "write_brief"]
