"""Past episodes: what the cascade says as known on the day before, beside what happened."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import product
from typing import Any

from loopledger.errors import ModelError
from loopledger.register import Register
from loopledger.report.stress.ask import ask, question_of
from loopledger.schedule import Assumptions, expand, promises_from_snapshot
from loopledger.stress.cascade import RUNS, Levels, run_cascade
from loopledger.stress.scenarios import Scenario, load_scenario, read_scenario
from loopledger.units import Quarter

__all__ = ["Episode", "Finding", "episodes_json", "replay_episodes", "tell_episodes"]

#: Falls of share prices on 28 April 2026, in the published order; chipmakers fell 2 to 6 per cent.
_FELL = (("softbank-group",), ("oracle",), ("coreweave",), ("nvidia", "broadcom", "amd"))
_PRESS = "https://www.beri.net/article/openai-misses-internal-targets-enterprise-share-shifts-2026"
_WINSTAR = "http://www.greenspun.com/bboard/q-and-a-fetch-msg.tcl?msg_id=0052Yw"
_LENDING_ENDS = """\
id: credit-ends
name: Nobody lends to Winstar
shocks:
- {kind: funding_stops, target: winstar, size: 1}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One figure of ours beside what happened.

    Parameters
    ----------
    ours : tuple of str
        In the order of the runs; one where all agree.
    right : bool or None
        Whether ours is what happened; None where it cannot be.
    why : str
        Why it cannot be; empty where it is right or wrong.
    """

    what: str
    ours: tuple[str, ...]
    happened: str
    source: str
    right: bool | None
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Episode:
    """An episode as known on a day."""

    title: str
    known_on: date
    register_hash: str
    findings: tuple[Finding, ...]


def replay_episodes(register: Register, assumptions: Assumptions) -> tuple[Episode, ...]:
    """Return the two episodes that the bundled register can replay.

    Raises
    ------
    ModelError
        If the register has no history, or none of the parties.
    """
    if register.history is None or not {"winstar", "lucent"} <= set(register.history.parties):
        msg = "the register has no history of Lucent and Winstar to replay"
        raise ModelError(msg, hint="leave out --register: the bundled register has one")
    return _winstar(register.history, assumptions), _april(register, assumptions)


def _winstar(history: Register, assumptions: Assumptions) -> Episode:
    """Winstar, Lucent's customer and borrower, as known at the end of 2000, once nobody lends."""
    day = date(2000, 12, 31)
    snapshot = history.known_on(day)
    schedule = expand(promises_from_snapshot(snapshot), assumptions, known_on=day)
    quarters = tuple(Quarter.parse("2001Q1").shifted(k) for k in range(4))
    question = question_of(snapshot, schedule, (read_scenario(_LENDING_ENDS, "episode"),), quarters)
    case = question.build(Levels())
    found = run_cascade(case)
    winstar, lucent = case.parties.index("winstar"), case.parties.index("lucent")
    contract = next(k for k, one in enumerate(case.claims) if one.payer == winstar and one.payee == lucent)
    first = [int(q) for q in found.first_default[:, winstar]]
    due = [float(case.amounts[run, max(q, 0), contract]) for run, q in enumerate(first)]
    dates = tuple(str(quarters[q]) if q >= 0 else "never" for q in first)
    lost = (found.unpaid + found.cut + found.deferred)[:, :, contract].sum(axis=1)
    return Episode(
        title="Winstar, customer and borrower of Lucent: nobody lends after 2000",
        known_on=day,
        register_hash=snapshot.content_hash,
        findings=(
            Finding(
                what="first missed payment to Lucent", ours=dates, happened="2001Q2, on 16 April 2001",
                source=_WINSTAR, right=dates[1] == "2001Q2",
            ),
            Finding(
                what="due to Lucent in that quarter, millions", ours=tuple(f"{x / 1e6:,.0f}" for x in due),
                happened="75 missed", source=_WINSTAR, right=0.8 <= due[1] / 75e6 <= 1.25,
            ),
            Finding(
                what="sales that Lucent loses in 2001, millions", ours=tuple(f"{x / 1e6:,.0f}" for x in lost),
                happened="about 700 of the loan were left owing, another quantity: the register counts the loan "
                "inside Lucent's total, so the cascade has none of it",
                source=_WINSTAR, right=None, why="sales that are lost are no loan that is left owing",
            ),
        ),
    )  # fmt: skip


def _april(register: Register, assumptions: Assumptions) -> Episode:
    """OpenAI misses its targets, 28 April 2026, as known the day before."""
    day = date(2026, 4, 27)
    snapshot = register.known_on(day)
    schedule = expand(promises_from_snapshot(snapshot), assumptions, known_on=day)
    quarters = tuple(Quarter.of(day).shifted(k) for k in range(8))
    scenarios: tuple[Scenario, ...] = load_scenario("S01+S02")
    answer = ask(snapshot, schedule, scenarios, quarters)
    place = {party: k for k, party in enumerate(answer.case.parties)}
    missing = [name for group in _FELL for name in group if name not in place]
    if missing:
        msg = f"{', '.join(missing)} had nothing scheduled on {day}"
        raise ModelError(msg, hint="leave out --register: the episode is of the bundled register")
    fall = answer.outcome.fall[:, -1]
    pairs = list(_pairs(place))
    agree = [sum(bool(fall[run, a] > fall[run, b]) for a, b in pairs) for run in range(len(RUNS))]
    ours = sorted((name for group in _FELL for name in group), key=lambda name: -float(fall[1, place[name]]))
    above = [p for p in answer.case.parties if fall[1, place[p]] > fall[1, place["oracle"]]]
    strange = [p for p in above if p in ("amazon", "google", "microsoft", "meta")]
    return Episode(
        title="OpenAI misses its targets: S01 and S02 on the eve of 28 April 2026",
        known_on=day,
        register_hash=snapshot.content_hash,
        findings=(
            Finding(
                what=f"pairs of {len(pairs)} whose order of falls is the published one",
                ours=tuple(str(n) for n in agree),
                happened="SoftBank about -10, Oracle -7.7, CoreWeave -7.4, chipmakers -6 to -2 per cent",
                source=_PRESS, right=agree[1] == len(pairs),
            ),
            Finding(
                what="order of ours, central run", ours=(", ".join(ours),),
                happened="softbank-group, oracle, coreweave, then chipmakers", source=_PRESS, right=None,
                why="the pairs above compare the order; it is listed to be read",
            ),
            Finding(
                what="large clouds that ours lets fall further than Oracle", ours=(", ".join(strange) or "none",),
                happened="none of them is in the published list", source=_PRESS, right=not strange,
            ),
            Finding(
                what="fall of SoftBank, Oracle and CoreWeave, per cent, central run",
                ours=(", ".join(f"{100 * fall[1, place[n]]:.0f}" for n in ("softbank-group", "oracle", "coreweave")),),
                happened="10, 7.7 and 7.4 on one day; ours is over two years under a shock of our size",
                source=_PRESS, right=None, why="a fall over two years is no fall of one day",
            ),
        ),
    )  # fmt: skip


def _pairs(place: dict[str, int]) -> Iterable[tuple[int, int]]:
    """Yield places of parties of which the first fell further."""
    for n, group in enumerate(_FELL):
        for later in _FELL[n + 1 :]:
            yield from ((place[a], place[b]) for a, b in product(group, later))


def tell_episodes(episodes: Iterable[Episode]) -> list[str]:
    """Return the episodes as lines of text; figures in the order mild, central, severe where runs differ."""
    lines = []
    for one in episodes:
        lines += [
            one.title,
            f"  as known on {one.known_on}, register {one.register_hash[:12]}; {' / '.join(RUNS)}",
        ]
        for f in one.findings:
            verdict = {True: "right", False: "WRONG", None: "beside it"}[f.right]
            ours = f.ours[0] if len(set(f.ours)) == 1 else " / ".join(f.ours)
            lines += [f"  {f.what}: {ours}", f"    {verdict}: {f.happened} <{f.source}>"]
        lines.append("")
    return lines[:-1]


def episodes_json(episodes: Iterable[Episode]) -> list[dict[str, Any]]:
    """Return the episodes as plain values."""
    return [
        {
            "title": one.title, "known_on": one.known_on.isoformat(), "register": one.register_hash,
            "runs": list(RUNS),
            "findings": [
                {
                    "what": f.what, "ours": list(f.ours), "happened": f.happened, "source": f.source,
                    "right": f.right, "why": {} if f.right is not None else {"right": f.why},
                }
                for f in one.findings
            ],
        }
        for one in episodes
    ]  # fmt: skip
