"""What the second reader, a language model, saw beside the offline reader: for ``read --model``."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from loopledger.read.llm import Checked
    from loopledger.records import Draft, Reading

__all__ = ["second_json", "second_text"]


def second_json(reading: Reading, second: Checked, model: str) -> dict[str, object]:
    """Return the second reading, how it compares with the first, and what was dropped."""
    from loopledger.read.llm import compare_readings

    compared = compare_readings(reading.drafts, second.drafts)
    place_first = {id(draft): index for index, draft in enumerate(reading.drafts)}
    place_second = {id(draft): index for index, draft in enumerate(second.drafts)}
    return {
        "model": model,
        "obligations": [draft.as_dict() for draft in second.drafts],
        "dropped": [
            {"promise": d.promise, "field": d.field, "words": d.words, "why": d.why} for d in second.dropped
        ],
        "both": [
            {
                "offline": place_first[id(pair.first)],
                "model": place_second[id(pair.second)],
                "differ_in": list(pair.differences),
            }
            for pair in compared.both
        ],
        "only_offline": [place_first[id(draft)] for draft in compared.only_first],
        "only_model": [place_second[id(draft)] for draft in compared.only_second],
    }


def second_text(reading: Reading, second: Checked, model: str) -> str:
    """Return the comparison as lines to read."""
    from loopledger.read.llm import compare_readings

    compared = compare_readings(reading.drafts, second.drafts)
    agreed = [pair for pair in compared.both if not pair.differences]
    lines = [f"  Second reader {model}: {len(second.drafts)} promises, {len(agreed)} as above"]
    for pair in compared.both:
        if pair.differences:
            lines += [
                f"  differ in {', '.join(pair.differences)}:",
                f"    offline: {_line(pair.first)}",
                f"    model:   {_line(pair.second)}",
            ]
    lines += [f"  only offline: {_line(draft)}" for draft in compared.only_first]
    for draft in compared.only_second:
        lines += [f"  only the model: {_line(draft)}", f"      “{' '.join(draft.evidence[0].quote.split())}”"]
    lines += [
        f"  dropped from answer {d.promise}, {d.field}: “{' '.join(d.words.split())[:120]}”: {d.why}"
        for d in second.dropped
    ]
    return "\n".join(lines) + "\n"


def _line(draft: Draft) -> str:
    from loopledger.report.wording import draft_line

    return draft_line(draft)
