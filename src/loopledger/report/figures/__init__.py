"""Pictures as SVG text, each with a table twin."""

from loopledger.report.figures.amounts import format_range, format_short
from loopledger.report.figures.legs import LoopLeg, loop_table
from loopledger.report.figures.loop import draw_loop
from loopledger.report.figures.style import FIGURE_CSS
from loopledger.report.figures.svg import standalone

__all__ = ["FIGURE_CSS", "LoopLeg", "draw_loop", "format_range", "format_short", "loop_table", "standalone"]
