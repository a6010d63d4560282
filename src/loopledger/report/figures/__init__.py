"""Pictures as SVG text, each with a table twin.

One function a picture, fed with frozen records, returning one string that is the same byte for byte each time.
A page embeds :data:`FIGURE_CSS` once; :func:`standalone` makes a file of a picture.
Nothing in them runs, loads or asks: no script, no style attribute, no font, no address but the links given.
"""

from loopledger.report.figures.amounts import NO_PRICE, format_range, format_short
from loopledger.report.figures.cells import ScheduleBar, schedule_table
from loopledger.report.figures.legs import LoopLeg, loop_table
from loopledger.report.figures.loop import draw_loop
from loopledger.report.figures.schedule import draw_schedule
from loopledger.report.figures.shares import ShareRow, draw_shares, shares_table
from loopledger.report.figures.style import FIGURE_CSS
from loopledger.report.figures.svg import standalone

__all__ = [
    "FIGURE_CSS",
    "NO_PRICE",
    "LoopLeg",
    "ScheduleBar",
    "ShareRow",
    "draw_loop",
    "draw_schedule",
    "draw_shares",
    "format_range",
    "format_short",
    "loop_table",
    "schedule_table",
    "shares_table",
    "standalone",
]
