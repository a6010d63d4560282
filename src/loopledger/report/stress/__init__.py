"""What a stress run says, as text and as data."""

from loopledger.report.stress.answer import (
    StressAnswer,
    answer_json,
    rank_json,
    stress_lines,
    tell_answer,
    tell_ranking,
)
from loopledger.report.stress.ask import ask, rank

__all__ = [
    "StressAnswer",
    "answer_json",
    "ask",
    "rank",
    "rank_json",
    "stress_lines",
    "tell_answer",
    "tell_ranking",
]
