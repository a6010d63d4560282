"""Random payment networks, with every feature that the engine has to survive.

Amounts are whole cents, so that an oracle in integers can answer exactly; the engine sees them as floats.
"""

from dataclasses import dataclass, field

from hypothesis import strategies as st

from loopledger.network import FlowTable, Row, build_table
from loopledger.network.flows import TABLE_KINDS
from loopledger.records import FlowClass

OUTSIDE = "outside"
#: Bare classes more often than the register's kinds, which stand in for them.
KINDS = ["funding"] * 4 + ["purchase"] * 4 + ["other"] * 2 + sorted(TABLE_KINDS)


@dataclass(frozen=True)
class Payment:
    """One payment in cents."""

    period: int
    payer: str
    payee: str
    kind: str
    cents: int
    instrument: str = ""

    @property
    def flow_class(self):
        return TABLE_KINDS[self.kind]


@dataclass(frozen=True)
class Network:
    """Payments, opening cash and a question, in cents."""

    payments: tuple[Payment, ...]
    opening: dict[str, int] = field(default_factory=dict)
    earmarks: dict[str, tuple[str, ...]] = field(default_factory=dict)
    funders: tuple[str, ...] = ()
    seller: str = ""
    n_periods: int = 1

    @property
    def parties(self) -> list[str]:
        return sorted({p.payer for p in self.payments} | {p.payee for p in self.payments})

    def table(self, unit: float = 100.0) -> FlowTable:
        rows = [
            Row(
                period=str(p.period), payer=p.payer, payee=p.payee, kind=p.kind,
                amount=p.cents / unit, instrument=p.instrument,
            )
            for p in self.payments
        ]  # fmt: skip
        periods = [str(t) for t in range(self.n_periods)]
        return build_table(rows, periods=periods, earmarks=self.earmarks)

    def cash(self, unit: float = 100.0) -> dict[str, float]:
        return {party: cents / unit for party, cents in self.opening.items()}

    @property
    def largest(self) -> float:
        """The size below which differences are rounding, in units of 100 cents."""
        return (sum(p.cents for p in self.payments) + sum(self.opening.values())) / 100

    def is_source(self, p: Payment) -> bool:
        return p.flow_class is FlowClass.FUNDING and p.payer in self.funders

    def is_counted(self, p: Payment) -> bool:
        return p.flow_class is FlowClass.PURCHASE and p.payee == self.seller

    def follows(self, party: str) -> bool:
        return party != OUTSIDE and party not in self.funders


def amounts(*, wild: bool) -> st.SearchStrategy[int]:
    """Cents: small whole sums that tie often, ordinary ones, and (wild) from 0.01 to 1e13 units."""
    plain = st.one_of(st.integers(1, 12).map(lambda n: 100 * n), st.integers(1, 10**6))
    huge = st.one_of(st.integers(1, 10), st.integers(10**8, 10**15), st.sampled_from([1, 10**15]))
    return st.one_of(plain, huge) if wild else plain


@st.composite
def networks(draw, *, wild=False, max_parties=8, max_periods=4, earmarked=False, max_payments=24):
    """Return a network with a group of funders and a seller among them who all make payments."""
    n_parties = draw(st.integers(2, max_parties))
    parties = [f"p{i}" for i in range(n_parties)]
    n_periods = draw(st.integers(1, max_periods))
    ends = [*parties, OUTSIDE]
    amount = amounts(wild=wild)
    payments = []

    def pay(period, payer, payee, kind, cents):
        payments.append(Payment(period, payer, payee, kind, cents, f"i{len(payments)}"))

    for _ in range(draw(st.integers(1, max_payments))):
        payer = draw(st.sampled_from(ends))
        payee = draw(st.sampled_from([end for end in ends if end != payer]))
        kind = draw(st.sampled_from(KINDS))
        period = draw(st.integers(0, n_periods - 1))
        pay(period, payer, payee, kind, draw(amount))
        if draw(st.integers(0, 5)) == 0:  # the same sum goes on, or back: money that balances exactly
            onward = draw(st.sampled_from([end for end in ends if end != payee]))
            pay(period, payee, onward, draw(st.sampled_from(KINDS)), payments[-1].cents)
    if draw(st.booleans()):  # a closed circle of money within one period
        circle = draw(st.permutations(parties).map(lambda names: names[: max(2, len(names) // 2)]))
        period, cents = draw(st.integers(0, n_periods - 1)), draw(amount)
        for i, payer in enumerate(circle):
            pay(period, payer, circle[(i + 1) % len(circle)], draw(st.sampled_from(KINDS)), cents)
    if draw(st.booleans()):  # a parallel payment, the same or under another kind
        twin = draw(st.sampled_from(payments))
        pay(twin.period, twin.payer, twin.payee, draw(st.sampled_from([twin.kind, "other"])), draw(amount))
    opening = draw(st.dictionaries(st.sampled_from([*parties, "stranger"]), amount | st.just(0), max_size=3))
    named = sorted({p.payer for p in payments} | {p.payee for p in payments} - {OUTSIDE})
    named = [name for name in named if name != OUTSIDE]
    funders = draw(st.lists(st.sampled_from(named), min_size=1, max_size=3, unique=True))
    earmarks = draw(_earmarks(payments)) if earmarked else {}
    return Network(
        tuple(payments), opening, earmarks, tuple(sorted(funders)), draw(st.sampled_from(funders)), n_periods
    )


@st.composite
def _earmarks(draw, payments):
    """Return links from inflows to outflows of the same party, in any order of time."""
    earmarks = {}
    links = [
        (a.instrument, b.instrument) for a in payments for b in payments
        if a.payee == b.payer and a is not b and a.payee != OUTSIDE
    ]  # fmt: skip
    for source, target in draw(st.lists(st.sampled_from(links), max_size=8)) if links else []:
        earmarks[source] = tuple(sorted({*earmarks.get(source, ()), target}))
    return earmarks
