"""A stress answer as a page: who runs short, the cascade, the ladder, published sizes, all that it rests on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from loopledger import __version__
from loopledger.register import Observation
from loopledger.report.evidence import sources_of, what_is_promised
from loopledger.report.model import (
    Basis,
    Figure,
    FigureBook,
    Page,
    Picture,
    Record,
    Run,
    Section,
    Sentence,
    Source,
    SourcedRecord,
    Table,
    Unit,
)
from loopledger.report.stress.answer import StressAnswer
from loopledger.report.stress.cascade_picture import cascade_picture
from loopledger.report.stress.compare import Compared, compare
from loopledger.report.stress.ladder_picture import ladder_picture
from loopledger.report.stress.questiontext import tell_draws, tell_reverse
from loopledger.report.stress.resting import Row, plan_of
from loopledger.report.stress.text import rests_on_cash, tell_compared, when
from loopledger.schedule import promise_id, promises_from_snapshot
from loopledger.stress.arrays import FloatArray
from loopledger.stress.cascade import RUNS, Ledger, net_losses, read_entries
from loopledger.stress.scenarios import Scenario
from loopledger.units import Interval

__all__ = ["write_page"]

_TOP = 12


def write_page(
    answer: StressAnswer,
    compared: Sequence[tuple[Compared, ...]] | None = None,
    *,
    assumptions_file: str = "",
) -> Page:
    """Return the page of an answer.

    Parameters
    ----------
    compared : sequence of tuple of Compared, optional
        Published sizes by scenario; without the parts of the differences by default.
    assumptions_file : str
        Where overridden assumptions came from.
    """
    writer = _Writer(answer)
    pictures = {p.name: p for p in (cascade_picture(answer), ladder_picture(answer)) if p is not None}
    sections = (
        writer.who(),
        writer.cascade(pictures),
        writer.ledgers(),
        writer.ladder(pictures),
        writer.published(
            compared if compared is not None else [compare(answer, s) for s in answer.scenarios]
        ),
        writer.limits(),
    )
    quarters = answer.question.quarters
    return Page(
        title=f"Stress: {' + '.join(f'{s.id} {s.name}' for s in answer.scenarios)}",
        run=Run(
            version=__version__, register_hash=answer.snapshot.content_hash, known_on=answer.snapshot.day,
            documents={}, assumptions_file=assumptions_file,
            window=f"payments scheduled {quarters[0]} to {quarters[-1]}; central run, range of {', '.join(RUNS)}",
        ),
        sections=tuple(s for s in sections if s.blocks),
        figures=tuple(writer.book),
        pictures=pictures,
        records=tuple(_records(answer, writer.book, pictures)),
        assumptions=answer.used(),
    )  # fmt: skip


class _Writer:
    """The sections of a page, and the figures they make."""

    def __init__(self, answer: StressAnswer) -> None:
        self.answer = answer
        self.book = FigureBook(as_of=answer.snapshot.day)

    def usd(self, id_: str, values: FloatArray, *, what: str, how: str, refs: tuple[str, ...]) -> Figure:
        """Return a figure in dollars: central, with the smallest and largest of the runs."""
        low, high = float(values.min()), float(values.max())
        central = min(max(float(values[1]), low), high)
        return self.book.add(
            id_, Interval(low, central, high), Unit.USD, Basis.COMPUTED, what=what, how=how, refs=refs
        )

    def _ids(self, party: int, *, as_payer: bool) -> tuple[str, ...]:
        case, o = self.answer.case, self.answer.outcome
        gone = (case.amounts - o.paid).sum(axis=1).max(axis=0)
        mine = [
            (float(gone[c]), one.instrument)
            for c, one in enumerate(case.claims)
            if (one.payer if as_payer else one.payee) == party and gone[c] > 0.5
        ]
        return tuple(dict.fromkeys(promise_id(name) for _, name in sorted(mine, key=lambda x: (-x[0], x[1]))))

    def who(self) -> Section:
        """Return who runs short, when and by how much, and what the first one's plan rests on."""
        answer, case, o = self.answer, self.answer.case, self.answer.outcome
        blocks: list[tuple[str, object]] = [("text", Sentence.of(s.says)) for s in answer.scenarios if s.says]
        found = answer.in_trouble()
        if not found:
            blocks.append(("lead", "Nobody runs short in any of the three runs."))
            return Section(heading="Who runs short", blocks=tuple(blocks))
        first = answer.name(case.parties[found[0]])
        blocks.append(("lead", f"{first} runs short first, {when(answer, o.first_short[:, found[0]])}."))
        blocks += [("text", Sentence.of(f"{told}.")) for told in rests_on_cash(answer, found[0], answer.name)]
        size = answer.by_payer(o.cut + o.deferred + o.unpaid)
        rows = []
        for k in found[:_TOP]:
            party, name = case.parties[k], answer.name(case.parties[k])
            known = answer.cash_basis(k)
            ids = self._ids(k, as_payer=True)
            missed = self.usd(
                f"missed/{party}", answer.first_missed(k), what=f"unpaid by {name} in the quarter of its first miss",
                how="binding claims unpaid after clearing", refs=ids,
            )  # fmt: skip
            whole = self.usd(
                f"short/{party}", size[:, k], what=f"not paid as planned by {name} in the window",
                how="cut, deferred and unpaid; nothing new is raised after a miss", refs=ids,
            )  # fmt: skip
            rows.append(
                (
                    Sentence.of(name), Sentence.of(when(answer, o.first_short[:, k])),
                    Sentence.of(when(answer, o.first_default[:, k])), Sentence.of(missed), Sentence.of(whole),
                    Sentence.of(known),
                )
            )  # fmt: skip
        header = (
            "Party",
            "Short from",
            "Misses a binding payment",
            "In that quarter",
            "In the window",
            "Opening cash",
        )
        more = f"; {len(found) - _TOP} more run short in some run" if len(found) > _TOP else ""
        blocks.append(
            (
                "table",
                Table(caption=f"Who runs short, in order of time{more}", header=header, rows=tuple(rows)),
            )
        )
        blocks.append(("table", self._plan(found[0])))
        return Section(heading="Who runs short", blocks=tuple(blocks))

    def _plan(self, party: int) -> Table:
        plan = plan_of(self.answer, party)
        name = self.answer.name(plan.party)

        def row(n: int, one: Row) -> tuple[Sentence, ...]:
            figure = self.usd(
                f"plan/{plan.party}/{n}", one.total, what=f"{name}: {one.says}", how="sum over the window of the "
                "plan without the shock", refs=tuple(dict.fromkeys(promise_id(i) for i in one.ids)),
            )  # fmt: skip
            by_quarter = " ".join(f"{x / 1e9:,.1f}" for x in one.by_quarter[1])
            return Sentence.of(one.says), Sentence.of(figure), Sentence.of(by_quarter)

        return Table(
            caption=f"What {name} planned without the shock, {plan.window}",
            header=("What", "In the window", "By quarter, central, billions"),
            rows=tuple(row(n, one) for n, one in enumerate(plan.rows)),
        )

    def cascade(self, pictures: Mapping[str, Picture]) -> Section:
        """Return the picture of the cascade, or that there is none."""
        none = Sentence.of(
            "In none of the three runs does a party leave out a payment that the scenario does not."
        )
        block = ("figure", "cascade") if "cascade" in pictures else ("text", none)
        return Section(heading="The cascade", blocks=(block,))

    def ledgers(self) -> Section:
        """Return the three ledgers, each dollar once, and who bears the losses."""
        answer, case = self.answer, self.answer.case
        sums: dict[str, tuple[FloatArray, list[str]]] = {}
        for entry in read_entries(case, answer.outcome):
            key = f"{entry.head.ledger.value}/{entry.head.value}"
            amounts, ids = sums.setdefault(key, (np.zeros(3), []))
            sums[key] = (amounts + entry.amounts, [*ids, promise_id(entry.instrument)])
        rows = []
        for key, (amounts, ids) in sums.items():
            ledger, _, head = key.partition("/")
            figure = self.usd(
                f"ledger/{head.replace(' ', '-')}", amounts, what=f"{ledger} ledger: {head}",
                how="sum of the entries of the window, instrument by instrument", refs=tuple(dict.fromkeys(ids)),
            )  # fmt: skip
            rows.append((Sentence.of(ledger), Sentence.of(head), Sentence.of(figure)))
        rows.sort(key=lambda r: (list(Ledger).index(Ledger(r[0].text)), r[1].text))
        blocks: list[tuple[str, object]] = []
        if rows:
            blocks.append(
                (
                    "table",
                    Table(
                        caption="Three ledgers: cash is owed or was wanted and is not paid; demand is owed by nobody; "
                        "marks are the owners' side of both at cost, and never added to them",
                        header=("Ledger", "What becomes of it", "In the window"), rows=tuple(rows),
                    ),
                )
            )  # fmt: skip
        blocks.append(self._bearers())
        gap = answer.outcome.gap
        blocks.append(
            (
                "text",
                Sentence.of(
                    f"Every planned dollar is paid, cut, deferred, unpaid or taken back, within {gap:.1g} of the plan."
                ),
            )
        )
        return Section(heading="Each dollar once", blocks=tuple(blocks))

    def _bearers(self) -> tuple[str, object]:
        """Return who bears the losses as a table, or that nobody loses anything to speak of."""
        case = self.answer.case
        netted = net_losses(case, self.answer.outcome)
        size = np.abs(netted.lost) + np.abs(netted.passed_on)
        order = sorted(
            np.flatnonzero(size.max(axis=0) > 1e7), key=lambda k: (-netted.stays[1, k], case.parties[k])
        )
        chosen = order if len(order) <= _TOP else [*order[: _TOP - 3], *order[-3:]]
        rows = []
        for k in map(int, chosen):
            party, ids = case.parties[k], self._ids(k, as_payer=False) + self._ids(k, as_payer=True)
            name = self.answer.name(party)
            cells = [
                self.usd(f"{what}/{party}", values[:, k], what=f"{name}: {says}", how=how, refs=ids)
                for what, values, says, how in (
                    (
                        "lost",
                        netted.lost,
                        "receipts under contracts lost",
                        "planned less paid and covered by guarantors",
                    ),
                    (
                        "passed",
                        netted.passed_on,
                        "not paid on",
                        "its own planned payments less paid, less calls it paid",
                    ),
                    (
                        "stays",
                        netted.stays,
                        "what stays with it",
                        "receipts lost less what it does not pay on",
                    ),
                )
            ]
            rows.append((Sentence.of(name), *(Sentence.of(cell) for cell in cells)))
        if not rows:
            return "text", Sentence.of(
                "Nobody loses more than 10 million US dollars of receipts under contracts."
            )
        table = Table(
            caption="Who bears it: receipts lost under contracts, less what each does not pay on; the last column adds "
            "up to nothing over all parties",
            header=("Party", "Receipts lost", "Not paid on", "Stays with it"), rows=tuple(rows),
        )  # fmt: skip
        return "table", table

    def ladder(self, pictures: Mapping[str, Picture]) -> Section:
        """Return the ladder, the reverse stress and the draws."""
        answer = self.answer
        blocks: list[tuple[str, object]] = []
        if "ladder" in pictures:
            blocks.append(("figure", "ladder"))
        elif answer.ladder:
            blocks.append(
                (
                    "text",
                    Sentence.of("At no size of the shocks, from none to full, is a binding payment missed."),
                )
            )
        told = [*tell_reverse(answer.reverse, answer.name), *tell_draws(answer, answer.name)]
        if told:
            blocks.append(("bullets", tuple(Sentence.of(line.strip()) for line in told if line.strip())))
        return Section(heading="Smaller shocks", blocks=tuple(blocks))

    def published(self, compared: Sequence[tuple[Compared, ...]]) -> Section:
        """Return published sizes, ours, and why they differ."""
        rows = []
        for scenario, each in zip(self.answer.scenarios, compared, strict=True):
            for n, one in enumerate(each, start=1):
                _, *rest = [line.strip() for line in tell_compared(one, self.answer.name)]
                says = Sentence.of(
                    f"{one.published.who}: {one.published.says} ", Record(_published_id(scenario, n))
                )
                rows.append((says, Sentence.of("; ".join(rest[:-1]) or "none"), Sentence.of(rest[-1])))
        if not rows:
            return Section(heading="Published sizes", blocks=())
        table = Table(
            caption="Published sizes and ours of the same definition, where there is one; billions of US dollars where "
            "no unit is given",
            header=("Published", "Ours", "Why they differ"), rows=tuple(rows),
        )  # fmt: skip
        return Section(heading="Published sizes", blocks=(("table", table),))

    def limits(self) -> Section:
        """Return what the answer does not say."""
        says = (
            "The runs move everything to one side at once: their ends are no confidence interval.",
            "A party that has missed a payment raises nothing more and is not wound up: there is no recovery.",
            "Values are a judgement on receipts lost; ratings and covenants are not in the register.",
            "In-kind payments and guarantees whose debtor no link names are left out.",
        )
        return Section(
            heading="What it does not say", blocks=(("bullets", tuple(Sentence.of(s) for s in says)),)
        )


def _published_id(scenario: Scenario, number: int) -> str:
    return f"published/{scenario.id}/{number}"


def _published(scenarios: Sequence[Scenario]) -> Iterator[SourcedRecord]:
    for scenario in scenarios:
        for n, p in enumerate(scenario.published, start=1):
            day = p.on.isoformat() if p.on is not None else ""
            source = Source(says=p.says, publisher=p.who, published=day, url=p.url)
            yield SourcedRecord(
                id=_published_id(scenario, n), says=f"published size, {p.who}", sources=(source,)
            )


def _records(
    answer: StressAnswer, book: FigureBook, pictures: Mapping[str, Picture]
) -> Iterator[SourcedRecord]:
    snapshot = answer.snapshot
    drawn = {promise_id(row[-1]) for row in (pictures["cascade"].rows if "cascade" in pictures else ())}
    cited = drawn | {promise_id(ref) for figure in book for ref in figure.refs}
    promises = {promise.id: promise for promise in promises_from_snapshot(snapshot)}
    observed = {f"{row.file}:{row.line}": row for row in snapshot.observations}

    def names(parties: Sequence[str]) -> list[str]:
        return [answer.name(party) for party in parties]

    yield from _published(answer.scenarios)
    for ref in sorted(cited):
        if ref in promises:
            says = what_is_promised(promises[ref], names)
            yield SourcedRecord(id=ref, says=says, sources=sources_of(snapshot.instruments[ref]))
        elif ref in observed:
            row = observed[ref]
            yield SourcedRecord(id=ref, says=_observed(row, answer.name(row.party)), sources=(_source(row),))


def _observed(row: Observation, party: str) -> str:
    return (
        f"{party} {row.metric.replace('_', ' ')}, {row.period}: {row.value:,f} "
        f"{'USD' if row.unit == 'usd' else row.unit}, {row.bound.value.replace('_', ' ')}"
    )


def _source(row: Observation) -> Source:
    return Source(
        says=row.note or "as published", published=row.published, grade=row.grade.value, url=row.source_url
    )
