"""What a stress run says, as text, as data and as a page."""

from loopledger.report.stress.answer import Breaking, Reverse, StressAnswer
from loopledger.report.stress.ask import ask, find_breaking, question_of, rank
from loopledger.report.stress.compare import Compared, compare, explain
from loopledger.report.stress.data import answer_json, breaking_json, rank_json
from loopledger.report.stress.episodes import Episode, episodes_json, replay_episodes, tell_episodes
from loopledger.report.stress.page import write_page
from loopledger.report.stress.questiontext import tell_breaking, tell_ranking
from loopledger.report.stress.text import stress_lines, tell_answer

__all__ = [
    "Breaking", "Compared", "Episode", "Reverse", "StressAnswer", "answer_json", "ask", "breaking_json",
    "compare", "episodes_json", "explain", "find_breaking", "question_of", "rank", "rank_json",
    "replay_episodes", "stress_lines", "tell_answer", "tell_breaking", "tell_episodes", "tell_ranking", "write_page",
]  # fmt: skip
