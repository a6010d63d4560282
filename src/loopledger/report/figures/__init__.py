"""Pictures as SVG text, each with a table twin.

One function a picture, fed with frozen records, returning one string that is the same byte for byte each time.
A page embeds :data:`FIGURE_CSS` once; :func:`standalone` makes a file of a picture.
Nothing in them runs, loads or asks: no script, no style attribute, no font, no address but the links given.
"""

from loopledger.report.figures.amounts import NO_PRICE, format_range, format_short
from loopledger.report.figures.balance import Due, balance_table, draw_balance
from loopledger.report.figures.cells import ScheduleBar, schedule_table
from loopledger.report.figures.chord import draw_chord
from loopledger.report.figures.legs import LoopLeg, loop_table
from loopledger.report.figures.loop import draw_loop
from loopledger.report.figures.matrix import draw_matrix
from loopledger.report.figures.payments import PairSum, pairs_table
from loopledger.report.figures.schedule import draw_schedule
from loopledger.report.figures.shares import ShareRow, draw_shares, shares_table
from loopledger.report.figures.style import FIGURE_CSS
from loopledger.report.figures.svg import standalone
from loopledger.report.figures.timeline import Event, Span, draw_timeline, timeline_table
from loopledger.report.figures.waterfall import Step, draw_waterfall, waterfall_table

__all__ = [
    "FIGURE_CSS",
    "NO_PRICE",
    "Due",
    "Event",
    "LoopLeg",
    "PairSum",
    "ScheduleBar",
    "ShareRow",
    "Span",
    "Step",
    "balance_table",
    "draw_balance",
    "draw_chord",
    "draw_loop",
    "draw_matrix",
    "draw_schedule",
    "draw_shares",
    "draw_timeline",
    "draw_waterfall",
    "format_range",
    "format_short",
    "loop_table",
    "pairs_table",
    "schedule_table",
    "shares_table",
    "standalone",
    "timeline_table",
    "waterfall_table",
]
