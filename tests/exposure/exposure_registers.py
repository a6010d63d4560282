"""Small registers in memory, and strategies that draw them."""

from datetime import date
from decimal import Decimal
from pathlib import Path

from hypothesis import strategies as st

from loopledger.records import Deal, Firmness, Instrument, Kind, Party, Role, Status
from loopledger.records.instrument import Evidence, Grade, Links
from loopledger.register import Observation, ObservationBound, Register
from loopledger.units import Amount, Bound

DAY = date(2026, 3, 1)
BUYERS, SELLERS = ("b1", "b2", "b3"), ("s1", "s2", "s3", "s4")
ROLES = dict.fromkeys(BUYERS, Role.MODEL_DEVELOPER) | dict.fromkeys(SELLERS, Role.CLOUD)


def party(name, **fields):
    return Party(id=name, name=name.upper(), role=ROLES.get(name, Role.ENTERPRISE), **fields)


def instrument(id_, kind, payer, payee, amount, **fields):
    """An instrument with one source; ``amount`` in billions, or an Amount, or None."""
    if amount is not None and not isinstance(amount, Amount):
        amount = Amount.of(int(amount * 10**9), "USD")
    evidence = Evidence(
        url="https://example.org/x", publisher="x", published="2025-01-01", says="x", grade=Grade.PRIMARY
    )
    given = {"firmness": Firmness.BINDING, "status": Status.DEFINITIVE, **fields}
    return Instrument(
        id=id_, kind=kind, payer=payer, payee=payee, amount=amount, evidence=(evidence,), confidence="high", **given
    )  # fmt: skip


def observation(who, metric, value, period, end, published, **fields):
    given = {
        "unit": "usd", "bound": ObservationBound.EXACT, "grade": Grade.PRIMARY,
        "source_url": "https://example.org/x", "note": "", "file": "observations/x.csv", "line": 2, **fields,
    }  # fmt: skip
    return Observation(
        party=who,
        metric=metric,
        value=Decimal(value),
        period=period,
        period_end=end,
        published=published,
        **given,
    )


def register(instruments, observations=(), parties=None, announced=None):
    """A register with one deal an instrument; ``announced`` gives days by instrument, else 2025-06-01."""
    names = sorted({n for i in instruments for n in (*i.payers, *i.payees)} | {o.party for o in observations})
    parties = parties or {name: party(name) for name in names}
    days = announced or {}
    deals = {
        f"d-{i.id}": Deal(
            id=f"d-{i.id}", title="x", announced=days.get(i.id, date(2025, 6, 1)), instruments=(i,)
        )
        for i in instruments
    }
    return Register(root=Path(), parties=parties, deals=deals, observations=tuple(observations))


AMOUNTS = st.builds(
    lambda n, bound: Amount.of(n * 10**7, "USD", bound),
    st.integers(1, 5000),
    st.sampled_from([Bound.EXACT, Bound.ABOUT, Bound.UP_TO, Bound.AT_LEAST]),
)


@st.composite
def purchases(draw, max_size=8):
    """Binding and other purchases among three buyers and four sellers, with and without terms."""
    found = []
    for n in range(draw(st.integers(1, max_size))):
        start = draw(st.none() | st.dates(date(2025, 7, 1), date(2028, 1, 1)))
        found.append(
            instrument(
                f"i{n}",
                draw(st.sampled_from([Kind.PURCHASE_COMMITMENT, Kind.LEASE, Kind.SUPPLY])),
                draw(st.sampled_from(BUYERS)),
                draw(st.sampled_from(SELLERS)),
                draw(AMOUNTS),
                start=start,
                term_years=draw(st.none() | st.integers(1, 12).map(Decimal)),
                firmness=draw(
                    st.sampled_from([Firmness.BINDING] * 3 + [Firmness.CONDITIONAL, Firmness.OPTION])
                ),
            )
        )
    return found


@st.composite
def dealings(draw):
    """Purchases with funding the other way, so that every block of a sheet has something to say."""
    found = draw(purchases(max_size=5))
    for n in range(draw(st.integers(0, 4))):
        kind = draw(st.sampled_from([Kind.EQUITY_INVESTMENT, Kind.LOAN, Kind.GUARANTEE]))
        found.append(
            instrument(
                f"f{n}", kind, draw(st.sampled_from(SELLERS)), draw(st.sampled_from(BUYERS)), draw(AMOUNTS),
                status=draw(st.sampled_from([Status.COMPLETED, Status.DEFINITIVE, Status.EFFECTIVE])),
                firmness=Firmness.CONTINGENT if kind is Kind.GUARANTEE else Firmness.BINDING,
            )
        )  # fmt: skip
    return found


def scaled(one, factor):
    """An instrument of another size."""
    amount = one.amount
    return one.model_copy(
        update={
            "amount": Amount(
                low=amount.low * factor,
                high=amount.high * factor,
                currency=amount.currency,
                bound=amount.bound,
            )
        }
    )


def halved(one):
    """An instrument in two halves with the same terms."""
    return [
        scaled(one, Decimal("0.5")).model_copy(update={"id": f"{one.id}-{side}", "links": Links()})
        for side in ("left", "right")
    ]


def parts_of(one):
    """The two halves of an instrument, each linked as a part of it."""
    return [half.model_copy(update={"links": Links(part_of=one.id)}) for half in halved(one)]


WILD_AMOUNTS = st.one_of(
    st.none(),
    st.builds(
        lambda n, bound, currency: Amount.of(n, currency, bound),
        st.sampled_from([0, 1, 10**6, 10**9, 3 * 10**12]),
        st.sampled_from([Bound.EXACT, Bound.ABOUT, Bound.UP_TO, Bound.AT_LEAST]),
        st.sampled_from(["USD", "EUR", "JPY"]),
    ),
    st.integers(0, 10**12).map(
        lambda n: Amount(low=Decimal(n), high=Decimal(2 * n + 1), currency="USD", bound=Bound.RANGE)
    ),
)
METRICS = (
    "revenue", "revenue_run_rate", "cash", "operating_cash_flow", "capex_cash", "net_income", "operating_income",
    "rpo", "rpo_share_b1", "rpo_share_recognised_12m", "leases_not_commenced", "guarantee_max_exposure",
    "valuation_pre_money", "valuation_post_money", "b1_stake_pct", "gain_on_investments", "debt_total",
    "customer_share_direct_1", "compute_commitments_total", "server_useful_life", "revenue_share_paid_to_clouds",
)  # fmt: skip


@st.composite
def anything(draw):
    """Whatever a register may hold: no price, nothing, other currencies, joint parties, links, every status."""
    names = (*BUYERS, *SELLERS, "many")
    found = []
    for n in range(draw(st.integers(1, 7))):
        kind = draw(st.sampled_from(list(Kind)))
        payer, payee = draw(st.lists(st.sampled_from(names), min_size=2, max_size=2, unique=True))
        joint = draw(st.booleans()) and payee != "b3" and payer != "b3"
        others = [i.id for i in found]
        found.append(
            instrument(
                f"i{n}", kind, (payer, "b3") if joint else payer, payee, draw(WILD_AMOUNTS),
                firmness=draw(st.sampled_from(list(Firmness))), status=draw(st.sampled_from(list(Status))),
                start=draw(st.none() | st.dates(date(2024, 1, 1), date(2030, 1, 1))),
                term_years=draw(st.none() | st.integers(1, 20).map(Decimal)),
                products=draw(st.sampled_from([(), ("Nvidia GPU",)])), in_kind=draw(st.booleans()),
                links=Links(
                    overlaps=tuple(draw(st.lists(st.sampled_from(others), max_size=2, unique=True))) if others else (),
                    part_of=draw(st.none() | st.sampled_from(others)) if others else None,
                ),
            )
        )  # fmt: skip
    rows = []
    for line in range(2, 2 + draw(st.integers(0, 8))):
        end = draw(st.sampled_from([date(2025, m, d) for m, d in ((3, 31), (6, 30), (9, 30), (12, 31))]))
        label = f"{end.year}Q{(end.month - 1) // 3 + 1}"
        metric = draw(st.sampled_from(METRICS))
        share = metric.startswith(("rpo_share", "customer_share")) or metric.endswith("pct")
        value = draw(st.integers(0, 100) if share or "life" in metric else st.integers(0, 10**12))
        unit = "pct" if share else "years" if "life" in metric else "usd"
        bound = draw(st.sampled_from(list(ObservationBound)))
        rows.append(
            observation(
                draw(st.sampled_from(names)),
                metric,
                value,
                label,
                end,
                "2026-01-15",
                bound=bound,
                unit=unit,
                line=line,
            )
        )
    return found, rows
