"""Verb groups: auxiliaries, adverbs, the verb, its particle."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loopledger.read.items import Tag, VerbGroup
from loopledger.read.lexicon import closed
from loopledger.read.lexicon.closed import AUXILIARIES, INSERTED
from loopledger.read.lexicon.inflect import Form
from loopledger.read.lexicon.nouns import NOUN_CLASS
from loopledger.read.lexicon.verbs import FRAMES, VERB_FORMS

if TYPE_CHECKING:
    from loopledger.read.chunks import Run


def take_verb_group(run: Run, i: int) -> None:  # noqa: C901  (one branch for each construction)
    """Read a verb group from its first word: auxiliaries, adverbs, the verb, its particle."""
    tokens, start = run.tokens, i
    vg = VerbGroup(Tag.VG, tokens[i].start, tokens[i].end, is_bare=True)
    last_aux = ""
    first = True
    while i < len(tokens):
        low = tokens[i].low if not tokens[i].is_possessive else "'s"
        if low == "to" and (first or last_aux == "be"):
            vg.is_infinitive = first
            vg.modal = vg.modal or ("" if first else "will")
            last_aux = "to"
        elif low in closed.MODALS:
            vg.modal, last_aux = low, "modal"
        elif low in closed.BE and i not in run.figure_at:
            vg.is_past |= low in ("was", "were")
            vg.is_perfect |= last_aux == "have"
            last_aux = "be"
        elif low in closed.HAVE:
            vg.is_past |= low == "had"
            last_aux = "have"
        elif low in closed.DO:
            vg.is_past |= low == "did"
            last_aux = "do"
        elif last_aux and low in ("each", "both", "all"):
            pass
        elif low in closed.NEGATIONS:
            vg.is_negated = True
            i += low == "no" and i + 1 < len(tokens) and tokens[i + 1].low == "longer"
        elif run.is_adverb(low) and low not in VERB_FORMS and (last_aux or first):
            pass
        elif last_aux and (skip := _insertion(run, i)):
            i = skip - 1
        else:
            break
        first = False
        i += 1
    _main_verb(run, vg, i, last_aux, start)


def _insertion(run: Run, i: int) -> int:
    """Return where a verb goes on after "in addition" or ", over ten years,"; zero if nothing is inserted."""
    tokens = run.tokens
    if tokens[i].low == "in" and i + 2 < len(tokens) and tokens[i + 1].low in INSERTED:
        return i + 2
    if tokens[i].text == ",":
        for j in range(i + 2, min(i + 12, len(tokens) - 1)):
            if (
                tokens[j].text == ","
                and tokens[j + 1].low in VERB_FORMS
                and not any(t.low in VERB_FORMS and t.low not in NOUN_CLASS for t in tokens[i + 1 : j])
            ):
                return j + 1
    return 0


def _main_verb(run: Run, vg: VerbGroup, i: int, last_aux: str, start: int) -> None:
    tokens = run.tokens
    verb = _reading(run, i, last_aux)
    if verb is None:
        vg.lemma = {"be": "be", "have": "have", "do": "do"}.get(last_aux, "be")
        vg.is_bare = False
        vg.form = Form.PAST if vg.is_past else Form.THIRD
        end = max(i, start + 1)
        if run.is_adverb(tokens[end - 1].low) and end - 1 > start:
            end -= 1
    else:
        vg.lemma, form = verb
        vg.is_bare = not last_aux
        vg.form = form
        vg.is_passive = last_aux == "be" and form in (Form.PARTICIPLE, Form.PAST)
        vg.is_progressive = last_aux == "be" and form is Form.GERUND
        vg.is_perfect |= last_aux == "have"
        vg.is_past |= form is Form.PAST and not last_aux
        end = i + 1
        vg.lemma, end = _with_particle(run, vg.lemma, end)
    vg.end = tokens[end - 1].end
    run.push(vg)
    run.at = end


def _reading(run: Run, i: int, last_aux: str) -> tuple[str, Form] | None:  # noqa: C901  (one branch for each construction)
    if i >= len(run.tokens) or i in run.figure_at:
        return None
    low = run.tokens[i].low
    readings = VERB_FORMS.get(low, [])
    wanted: tuple[Form, ...] = (Form.PAST, Form.THIRD, Form.PARTICIPLE, Form.BASE, Form.GERUND)
    if last_aux in ("modal", "do", "to"):
        wanted = (Form.BASE,)
    elif last_aux == "have":
        wanted = (Form.PARTICIPLE, Form.PAST)
    elif last_aux == "be":
        wanted = (Form.PARTICIPLE, Form.PAST, Form.GERUND)
    for form in wanted:
        for lemma, has in readings:
            if has is form:
                return lemma, form
    if last_aux and low.endswith("ed") and low not in VERB_FORMS and len(low) > 4:
        return low, Form.PARTICIPLE
    if last_aux == "be" and low.endswith("ing") and len(low) > 5 and low not in VERB_FORMS:
        return low, Form.GERUND
    if (
        last_aux in ("modal", "to")
        and low.isalpha()
        and not run.tokens[i].is_capitalised  # "will Ballast Steel's parent pay?"
        and low not in closed.PREPOSITIONS
        and low not in closed.DETERMINERS
    ):
        return low, Form.BASE
    return None


def _with_particle(run: Run, lemma: str, end: int) -> tuple[str, int]:
    if end < len(run.tokens):
        word = run.tokens[end].low
        joined = f"{lemma}+{word}"
        if joined in FRAMES:
            after = run.tokens[end + 1] if end + 1 < len(run.tokens) else None
            if word == "up" and after is not None and after.low == "to":
                return lemma, end
            if word == "to" and (after is None or after.low in VERB_FORMS or after.low in AUXILIARIES):
                return lemma, end
            if word not in ("in", "into", "on") or (
                after is not None
                and (
                    end + 1 in run.figure_at
                    or after.low in ("for", "with", "together", "a", "an", "half")
                    or lemma in ("enter", "agree", "take", "chip", "shake", "throw")
                )
            ):
                run.rehedge(end)
                return joined, end + 1
    return lemma, end
