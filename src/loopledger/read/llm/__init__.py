"""A language model as a second reader: it proposes, our code checks every field against the document.

The model answers in a fixed form (:mod:`.answer`).
Each field must be words of the document; :mod:`.checking` finds them and reads every figure again by our
own grammar, in its place, so that a hedge beside it counts.
What is not found is dropped, and said so.
Answers are kept as JSON Lines and used again (:mod:`.asking`), so that a reading can be repeated without
the model, and :mod:`.comparing` sets the two readers side by side.
Nothing is merged: which reader is right is for a person to say.
"""

from loopledger.read.llm.answer import Answer, Promise
from loopledger.read.llm.asking import ask
from loopledger.read.llm.checking import Checked, Dropped, check_answer
from loopledger.read.llm.comparing import Comparison, Pair, compare_readings

__all__ = [
    "Answer",
    "Checked",
    "Comparison",
    "Dropped",
    "Pair",
    "Promise",
    "ask",
    "check_answer",
    "compare_readings",
]
