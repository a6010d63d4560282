"""What breaks if the money stops: a stress scenario on the deal's own developer, or one that names its parties."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from loopledger.errors import ModelError, NotFoundError
from loopledger.records import Role
from loopledger.report.brief.context import Context
from loopledger.report.model import Basis, Figure, Part, Record, Sentence, Unit
from loopledger.report.wording import in_runs
from loopledger.schedule import promise_id
from loopledger.units import Interval, Quarter

if TYPE_CHECKING:
    from loopledger.report.stress import StressAnswer
    from loopledger.stress.arrays import FloatArray
    from loopledger.stress.scenarios import Scenario

__all__ = ["stress_blocks"]

#: The scenario in which a developer raises nothing for a year.
_NO_MONEY = "S01"
_N_QUARTERS = 8
_MOST_LOSERS, _MOST_CONTRACTS = 4, 4


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """A scenario for the deal, and in words what happens in it."""

    scenario: Scenario
    says: str


def stress_blocks(context: Context) -> list[tuple[str, Any]]:
    """Return what a year without new money, or the scenario that names the deal's parties, breaks.

    Where a year breaks nothing, what follows if it does not end is told beside it.
    One sentence says so where no scenario concerns a party of the deal, or where the question cannot be computed.
    """
    from loopledger.report.stress import ask  # noqa: PLC0415 - the cascade is loaded only when a brief asks it

    lead = ("lead", "What breaks if the money stops?")
    asked = _asked(context)
    if asked is None:
        told = "No party of the deal is a model developer of the register or named by a stress scenario."
        return [lead, ("text", Sentence.of(told))]
    first = Quarter.of(context.deal.known_on)
    quarters = tuple(first.shifted(n) for n in range(_N_QUARTERS))
    deal = context.deal
    try:
        answer = ask(deal.snapshot, deal.schedule, (asked.scenario,), quarters)
        lasting = None if answer.in_trouble() else _without_end(asked.scenario)
        longer = lasting and ask(deal.snapshot, deal.schedule, (lasting,), quarters)
    except (ModelError, NotFoundError) as error:
        told = f"{asked.says}: what breaks cannot be computed: {error.message}."
        return [lead, ("text", Sentence.of(told))]
    parts: list[Part] = [f"{asked.says}, {quarters[0]} to {quarters[-1]}, ", *_told(context, answer)]
    if longer:
        parts += [f". If it does not end before {quarters[-1]} does, ", *_told(context, longer)]
    parts.append(
        ". Central run, with the range over a mild and a severe one; what assumptions imply, no probability."
    )
    return [lead, ("text", Sentence.of(*parts))]


def _without_end(scenario: Scenario) -> Scenario | None:
    """Return a scenario with shocks that last, or None where they all do."""
    if all(shock.quarters is None for shock in scenario.shocks):
        return None
    shocks = tuple(shock.model_copy(update={"quarters": None}) for shock in scenario.shocks)
    return scenario.model_copy(update={"shocks": shocks})


def _asked(context: Context) -> _Asked | None:
    """Return the scenario: a year without new money for the deal's developer, else the first that names a party."""
    from loopledger.stress.scenarios import list_scenarios, load_scenario  # noqa: PLC0415 - as above

    parties = context.deal.snapshot.parties
    developers = [p for p in context.deal.parties if p in parties and parties[p].role is Role.MODEL_DEVELOPER]
    if developers:
        target = developers[0]
        known = load_scenario(_NO_MONEY)[0]
        if all(shock.target == target for shock in known.shocks):
            scenario, moved = known, ""
        else:
            shocks = tuple(shock.model_copy(update={"target": target}) for shock in known.shocks)
            name = f"{context.deal.name(target)} cannot raise"
            scenario = known.model_copy(update={"shocks": shocks, "published": (), "name": name})
            moved = ", its shock put on it"
        says = f"If {context.deal.name(target)} raises no new money for a year (scenario {known.id}{moved})"
        return _Asked(scenario=scenario, says=says)
    for scenario in list_scenarios():
        if {shock.target for shock in scenario.shocks} & set(context.deal.parties):
            return _Asked(scenario=scenario, says=f"Under scenario {scenario.id}, {scenario.name}")
    return None


def _told(context: Context, answer: StressAnswer) -> list[Part]:
    """Return who runs short first, what it does not pay, and what others lose; no full stop at the end."""
    context.stress_assumptions.update(assumption.name for assumption in answer.used())
    found = answer.in_trouble()
    if not found:
        return ["nobody runs short in any of the three runs"]
    outcome, case = answer.outcome, answer.case
    party = found[0]
    size = answer.by_payer(outcome.cut + outcome.deferred + outcome.unpaid)[:, party]
    gone = (outcome.cut + outcome.deferred + outcome.unpaid).sum(axis=1)
    mine = [c for c, one in enumerate(case.claims) if one.payer == party and gone[:, c].max() > 0]
    mine.sort(key=lambda c: (-gone[1, c], -gone[:, c].max(), case.claims[c].instrument))
    ids = tuple(dict.fromkeys(promise_id(case.claims[c].instrument) for c in mine))
    name = context.deal.name(case.parties[party])
    short = _figure(
        context, f"short/{case.parties[party]}", size, ids,
        what=f"what {name} plans to pay in the window and cuts, defers or leaves unpaid",
    )  # fmt: skip
    parts: list[Part] = [f"{name} runs short first, {in_runs(answer.dates(outcome.first_short[:, party]))}. "]
    parts += ["Of what it planned to pay, ", short, " is cut, deferred or unpaid"]
    records = [i for i in ids if i in context.deal.promises][:_MOST_CONTRACTS]
    for n, id_ in enumerate(records):
        parts += [", first of all under " if n == 0 else " ", Record(id_)]
    losers = _most(
        context, answer, "lost", answer.not_paid_to(party), whose={party},
        what=f"what {name} plans to pay to {{}} in the window and cuts, defers or leaves unpaid",
    )  # fmt: skip
    if losers:
        parts += [". The other side of the same dollars, by payee: ", *losers]
    apart = answer.lost_apart()
    sales = _most(
        context, answer, "sales", apart.sales, whose=set(),
        what="sales to buyers no record names that {} plans in the window and does not make, under no contract",
    )  # fmt: skip
    if sales:
        parts += [". Other dollars, sales to buyers no record names lost: ", *sales]
    funding = _most(
        context, answer, "funding", apart.funding, whose=None,
        what="funding on record, signed or not, that {} plans in the window and does not get",
    )  # fmt: skip
    if funding:
        parts += [". Funding on record that does not come in: ", *funding]
    basis = answer.cash_basis(party)
    if basis != "reported":
        how = (
            "an assumed one" if basis == "assumed" else "funding paid in the year before, less what it burnt"
        )
        parts += [f". That {name} is first rests on its cash at the start, which is not reported, but {how}"]
    return parts


def _most(
    context: Context,
    answer: StressAnswer,
    label: str,
    values: FloatArray,
    *,
    whose: set[int] | None,
    what: str,
) -> list[Part]:
    """Return the parties with most of a loss, with the contracts behind it.

    Parameters
    ----------
    values : ndarray, shape (3, p)
        The loss of each party [USD].
    whose : set of int or None
        Payers of the contracts to cite; None for the funding contracts of all payers.
    """
    case = answer.case
    order = sorted(
        range(len(case.parties)), key=lambda k: (-values[1, k], -values[:, k].max(), case.parties[k])
    )
    gone = (case.amounts + answer.outcome.returned - answer.outcome.paid).sum(axis=1)
    parts: list[Part] = []
    for k in [k for k in order if values[:, k].max() > 0][:_MOST_LOSERS]:
        ids = tuple(
            dict.fromkeys(
                promise_id(one.instrument)
                for c, one in enumerate(case.claims)
                if one.payee == k
                and gone[:, c].max() > 0
                and (one.funding if whose is None else one.payer in whose)
            )
        )
        if label == "sales":
            books = answer.books.get(case.parties[k])
            ids = books.revenue_ids if books is not None else ()
        name = context.deal.name(case.parties[k])
        figure = _figure(context, f"{label}/{case.parties[k]}", values[:, k], ids, what=what.format(name))
        parts += [", " if parts else "", f"{name} ", figure]
    return parts


def _figure(context: Context, label: str, values: FloatArray, ids: tuple[str, ...], *, what: str) -> Figure:
    low, high = float(np.min(values)), float(np.max(values))
    central = min(max(float(values[1]), low), high)
    return context.book.add(
        f"stress/{label}", Interval(low, central, high), Unit.USD, Basis.COMPUTED, what=what,
        how="cascade through the contracts: central run, smallest and largest of the runs mild, central and severe; "
        "`loopledger stress` prints such a run in full",
        refs=ids,
    )  # fmt: skip
