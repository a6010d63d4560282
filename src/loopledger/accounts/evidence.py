"""What is known of a market in a period: totals, purchases by contract, ties, and what parties disclose."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from loopledger.accounts.figures import UNEVEN, Amount, FigureBook, row_id
from loopledger.accounts.lines import Period
from loopledger.accounts.markets import Disclosure, Participant
from loopledger.records import KINDS, Firmness, FlowClass, Kind, Status
from loopledger.register import Observation, Snapshot
from loopledger.register.figures import calendar_quarter, read_label, series_of
from loopledger.schedule import Assumptions, Certainty, Flow, Leg
from loopledger.units import Interval, Quarter

__all__ = ["ByContract", "Evidence", "Known"]

#: Assumptions that date a payment rather than size it.
_TIMING = ("ramp.", "term.", "lag.", "tranche.", "fiscal.", "supply.lead")
_UNDATED = "market.undated_contract"
_PLAN = "market.plan"


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A total of a seller or a buyer for the period, [USD]."""

    value: Interval
    ids: tuple[str, ...]
    assumptions: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ByContract:
    """What contracts say one party paid another in the period.

    Parameters
    ----------
    central : float
        [USD] scheduled.
    low, high : float
        [USD] what is promised for the period at least and at most; where dates are an assumption, within
        ``market.undated_contract`` of it.
    is_exact : bool
        Whether amount and dates are stated and firm.
    ids, assumptions : tuple of str
    """

    central: float
    low: float
    high: float
    is_exact: bool
    ids: tuple[str, ...]
    assumptions: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Everything that the estimates of a period may rest on."""

    period: Period
    snapshot: Snapshot
    figures: FigureBook
    flows: tuple[Flow, ...]
    assumptions: Assumptions

    def total_of(self, row: Participant) -> Known | None:
        """Return a participant's sales or spending for the whole period: reported, planned, or of its costs."""
        return self._reported(row) or self._planned(row) or self._by_quarter(row) or self._of_costs(row)

    def _reported(self, row: Participant) -> Known | None:
        found = self.figures.flow(row.party, row.measures, self.period)
        if found is None or found[1] or found[0].value.central <= 0:
            return None
        amount = found[0]
        value = Interval(max(amount.value.low, 0.0), amount.value.central, amount.value.high)
        if not row.share:
            return Known(value=value, ids=amount.ids, assumptions=amount.assumptions)
        return Known(
            value=value.times(self.assumptions.range(row.share)),
            ids=amount.ids,
            assumptions=(*amount.assumptions, row.share),
        )

    def _by_quarter(self, row: Participant) -> Known | None:
        """Return the sum of quarters of which some are reported or planned, the others of costs."""
        each = [
            replace(self, period=Period(label=str(quarter), quarters=(quarter,)))
            for quarter in self.period.quarters
        ]
        better = [one._reported(row) or one._planned(row) for one in each]  # noqa: SLF001  its own kind
        parts = [known or one._of_costs(row) for known, one in zip(better, each, strict=True)]  # noqa: SLF001
        found = [part for part in parts if part is not None]
        if not any(better) or len(found) < len(each):
            return None
        return Known(
            value=Interval.total(part.value for part in found),
            ids=tuple(dict.fromkeys(name for part in found for name in part.ids)),
            assumptions=tuple(dict.fromkeys(name for part in found for name in part.assumptions)),
        )

    def by_contract(self) -> Mapping[tuple[str, str], ByContract]:
        """Return the purchases by contract, by payer and payee; orders derived from others are no contracts."""
        parts: dict[tuple[str, str], list[Flow]] = defaultdict(list)
        for flow in self.flows:
            if flow.period in self.period.quarters and _is_purchase(flow) and flow.amount.high > 0:
                parts[flow.payer, flow.payee].append(flow)
        undated = self.assumptions.range(_UNDATED)
        return {pair: _summed(flows, undated) for pair, flows in parts.items()}

    def _planned(self, row: Participant) -> Known | None:
        """Return the part of a year's plan that falls into the period, if the period lies within the year."""
        for measure in row.plans:
            for rows, covered in self._stated(row.party, measure):
                if set(self.period.quarters) <= covered:
                    part = float(rows[0].value) * len(self.period.quarters) / len(covered)
                    return Known(
                        value=self.assumptions.range(_PLAN).scaled(part),
                        ids=tuple(map(row_id, rows)),
                        assumptions=(_PLAN,),
                    )
        return None

    def _of_costs(self, row: Participant) -> Known | None:
        """Return the assumed part of a buyer's costs, or of its revenue where its loss is not reported."""
        revenue = self._whole(row.party, "revenue")
        if not row.of_costs or revenue is None:
            return None
        loss = self._whole(row.party, "operating_loss")
        costs, share = (revenue.plus(loss), row.of_costs) if loss is not None else (revenue, row.of_revenue)
        if costs.value.low < 0:
            return None
        return Known(
            value=costs.value.times(self.assumptions.range(share)),
            ids=costs.ids,
            assumptions=(*costs.assumptions, share),
        )

    def unpriced(self) -> frozenset[tuple[str, str]]:
        """Return the pairs with a binding purchase without a price, announced by the end of the period."""
        last: Quarter = self.period.quarters[-1]
        return frozenset(
            (payer, payee)
            for name, instrument in self.snapshot.instruments.items()
            if KINDS[instrument.kind].flow_class is FlowClass.PURCHASE
            and instrument.amount is None
            and instrument.firmness is Firmness.BINDING
            and instrument.status is not Status.CANCELLED
            and self.snapshot.announced_on(name) <= last.last
            for payer in instrument.payers
            for payee in instrument.payees
        )

    def told(self, row: Disclosure) -> Amount | None:
        """Return what a party discloses about some payers, [USD]; None if nothing for the period."""
        if row.reads != "share":
            return self._without(self._whole(row.party, row.measure), row)
        whole = self._whole(row.party, row.of)
        if whole is None:
            return None
        for point, covered in self._stated(row.party, row.measure):
            if set(self.period.quarters) <= covered:
                is_same = len(covered) == len(self.period.quarters)
                return self._share_of(whole, point, is_same=is_same)
        return None

    def _whole(self, party: str, measure: str) -> Amount | None:
        found = self.figures.flow(party, (measure,), self.period)
        return found[0] if found is not None and found[1] == 0 else None

    def _without(self, amount: Amount | None, row: Disclosure) -> Amount | None:
        """Return an amount less the payments of another kind that it holds too."""
        if amount is None or not row.less:
            return amount
        held = [
            flow
            for flow in self.flows
            if flow.kind == row.less
            and (flow.payer, flow.payee) == (row.payer, row.payee)
            and flow.period in self.period.quarters
        ]
        total = Interval.total(flow.amount for flow in held)
        value = Interval(
            max(amount.value.low - total.high, 0.0),
            max(amount.value.central - total.central, 0.0),
            max(amount.value.high - total.low, 0.0),
        )
        names = (name for flow in held for name in flow.assumptions)
        return replace(amount, value=value, assumptions=tuple(dict.fromkeys((*amount.assumptions, *names))))

    def _stated(self, party: str, measure: str) -> Iterator[tuple[tuple[Observation, ...], set[Quarter]]]:
        """Yield the rows of a measure and the quarters that each covers."""
        rows = [r for r in self.snapshot.observations if r.party == party and r.metric == measure]
        for series in series_of(rows):
            for point in series.points:
                span = read_label(point.period)
                placed = calendar_quarter(point.end) if point.end is not None else None
                if span is not None and placed is not None:
                    yield point.figure.rows, {placed[0].shifted(-k) for k in range(span.n_quarters)}

    def _share_of(self, whole: Amount, rows: tuple[Observation, ...], *, is_same: bool) -> Amount:
        """Return a share of an amount; it is rounded to a per cent, and that of a longer period may differ."""
        uneven = Interval.exact(1.0) if is_same else self.assumptions.range(UNEVEN)
        per_cent = float(rows[0].value)
        central = per_cent / 100
        share = Interval(
            min(max(per_cent - 0.5, 0.0) / 100 * uneven.low, central),
            central,
            max(min((per_cent + 0.5) / 100 * uneven.high, 1.0), central),
        )
        return Amount(
            value=whole.value.times(share),
            basis=whole.basis,
            date_basis=whole.date_basis,
            ids=(*map(row_id, rows), *whole.ids),
            assumptions=(*whole.assumptions, *(() if is_same else (UNEVEN,))),
        )


def _is_purchase(flow: Flow) -> bool:
    known = {kind.value for kind in Kind}
    if flow.kind not in known or KINDS[Kind(flow.kind)].flow_class is not FlowClass.PURCHASE:
        return False
    return flow.cash and not flow.contingent and flow.leg is Leg.PRINCIPAL


def _is_dated(flow: Flow) -> bool:
    return not any(name.startswith(_TIMING) for name in flow.assumptions)


def _summed(flows: Iterable[Flow], undated: Interval) -> ByContract:
    parts = list(flows)
    firm = [flow.certainty is Certainty.CONTRACTED for flow in parts]
    dated = [_is_dated(flow) for flow in parts]
    names = [name for flow in parts for name in flow.assumptions]
    return ByContract(
        central=sum(flow.amount.central for flow in parts),
        low=sum(
            flow.amount.low * (1.0 if d else undated.low)
            for flow, f, d in zip(parts, firm, dated, strict=True)
            if f
        ),
        high=sum(
            flow.amount.high * (1.0 if d else undated.high) for flow, d in zip(parts, dated, strict=True)
        ),
        is_exact=all(firm) and all(dated) and all(flow.amount.is_exact for flow in parts),
        ids=tuple(dict.fromkeys(flow.instrument for flow in parts)),
        assumptions=tuple(dict.fromkeys([*names, *([] if all(dated) else [_UNDATED])])),
    )
