"""What a stress run says, as text and as data."""

from loopledger.report.stress.answer import StressAnswer, answer_json, stress_lines, tell_answer
from loopledger.report.stress.ask import ask

__all__ = ["StressAnswer", "answer_json", "ask", "stress_lines", "tell_answer"]
