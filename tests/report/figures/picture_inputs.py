"""Inputs that several tests of pictures share."""

from __future__ import annotations

from datetime import date

from loopledger.report.figures import Due, Event, LoopLeg, PairSum, ScheduleBar, ShareRow, Span, Step

BN = 1e9

#: Up to 10 and up to 5 of equity against a purchase of 30, and the chip orders that follow from it.
FOUNDING = (
    LoopLeg(
        payer="Nvidia", payee="Anthropic", low=0, central=8 * BN, high=10 * BN, label="equity",
        ids=("nvda-anthropic-equity-2025",), href="#d1", role="funding",
    ),
    LoopLeg(
        payer="Microsoft", payee="Anthropic", low=0, central=4 * BN, high=5 * BN, label="equity",
        ids=("msft-anthropic-equity-2025",), role="funding",
    ),
    LoopLeg(
        payer="Anthropic", payee="Microsoft", low=30 * BN, central=30 * BN, high=30 * BN,
        label="compute commitment", ids=("anthropic-azure-2025", "anthropic-azure-gw"), role="purchase",
    ),
    LoopLeg(
        payer="Microsoft", payee="Nvidia", low=5.4 * BN, central=12.3 * BN, high=16.5 * BN,
        label="chip orders", style="derived", ids=("anthropic-azure-2025",), role="purchase",
    ),
)  # fmt: skip

PAIR = (
    LoopLeg(
        payer="AMD", payee="OpenAI", low=0, central=5 * BN, high=9 * BN, label="warrant",
        style="contingent", ids=("amd-openai-warrant",), role="funding",
    ),
    LoopLeg(
        payer="OpenAI", payee="AMD", low=60 * BN, central=80 * BN, high=90 * BN, label="GPU purchases",
        ids=("amd-openai-gpu",), role="purchase",
    ),
    LoopLeg(
        payer="OpenAI", payee="AMD", low=None, central=None, high=None, label="software licence", role="purchase"
    ),
)  # fmt: skip

_RING = (
    "Nvidia",
    "OpenAI",
    "Oracle",
    "CoreWeave",
    "Crusoe",
    "Blue Owl Capital",
    "Microsoft",
    "Vantage Data Centers",
)
RING = tuple(
    LoopLeg(
        payer=payer, payee=_RING[(n + 1) % len(_RING)], low=n * BN, central=(5 + 2 * n) * BN, high=(9 + 3 * n) * BN,
        label="multi-year lease of capacity", style=("contracted", "derived", "contingent")[n % 3], ids=(f"ring-{n}",),
        role="purchase" if n else "funding",
    )
    for n, payer in enumerate(_RING)
)  # fmt: skip

QUARTERS = tuple(f"{year}Q{quarter}" for year in range(2026, 2033) for quarter in (1, 2, 3, 4))


def flow(period, series, low, central, high, certainty="contracted", role="purchase", href=""):
    return ScheduleBar(
        period=period, series=series, low=low * BN, central=central * BN, high=high * BN,
        certainty=certainty, role=role, href=href,
    )  # fmt: skip


SEVEN_YEARS = (
    *(flow(q, "Anthropic to Microsoft: compute", 1.07, 1.07, 1.07, href="#azure") for q in QUARTERS),
    *(flow(q, "Microsoft to Nvidia: chip orders", 0.2, 0.44, 0.6, "indicative") for q in QUARTERS[:24]),
    *(flow(q, "option for a further gigawatt", 0, 0.5, 1, "optional") for q in QUARTERS[3:12:4]),
    flow("2026Q1", "Nvidia to Anthropic: equity", 0, 1.6, 2, "conditional", "funding"),
    flow("2026Q1", "Microsoft to Anthropic: equity", 0, 0.8, 1, "conditional", "funding"),
    flow("2026Q3", "Nvidia to Anthropic: equity", 0, 1.6, 2, "conditional", "funding"),
)

VIEWS = (
    ShareRow(label="Microsoft, the deal alone", forced=1 / 6, pooled=1 / 6, earmarked=None, possible=1 / 6),
    ShareRow(label="Nvidia, among all promises", forced=0.02, pooled=0.091, earmarked=0.4, possible=0.556),
    ShareRow(label="Both, with every other source", forced=0.9, pooled=0.97, earmarked=0.98, possible=1.0),
)

HOSTILE = (
    '<script>alert("x")</script> & \x00\x08\u202eevil</text><image href="http://evil.example/"/> \'quoted\''
)

_MONEY = (
    ("openai", "oracle", 270, 300, 330, "purchase"),
    ("openai", "microsoft", 227, 252, 258, "purchase"),
    ("amazon", "openai", 50, 50, 50, "funding"),
    ("openai", "amazon", 138, 138, 138, "purchase"),
    ("nvidia", "openai", 30, 30, 30, "funding"),
    ("oracle", "nvidia", 36, 40, 44, "purchase"),
    ("microsoft", "anthropic", 0, 2.8, 5, "funding"),
    ("anthropic", "microsoft", 31.4, 31.4, 31.4, "purchase"),
    ("nvidia", "anthropic", 9, 10, 11, "funding"),
    ("microsoft", "nvidia", 5.5, 12.7, 17.1, "purchase"),
    ("landlord", "bank", 1, 2, 3, "other"),
    ("meta", "landlord", 250, 279, 307, "purchase"),
    ("bank", "meta", 0, 0, 8, "funding"),
)
PAIRS = tuple(
    PairSum(
        payer=payer,
        payee=payee,
        low=low * BN,
        central=central * BN,
        high=high * BN,
        role=role,
        ids=(f"{payer}-{payee}",),
    )
    for payer, payee, low, central, high, role in _MONEY
)
NAMES = {
    "openai": "OpenAI",
    "oracle": "Oracle",
    "microsoft": "Microsoft",
    "amazon": "Amazon",
    "nvidia": "Nvidia",
    "anthropic": "Anthropic",
    "landlord": "Landlords of leases that have not begun, not itemised",
    "bank": "Bank",
    "meta": "Meta",
}

STEPS = (
    Step(name="Buyers no record names", origin="outside", amount=113.6 * BN, ids=("financials.csv:12",)),
    Step(name="Outside debt", origin="outside", amount=15.4 * BN),
    Step(name="Opening cash", origin="own", amount=0.86 * BN),
    Step(name="Nvidia", origin="insider", amount=1.2 * BN, ids=("nvda-crwv-equity-2026",)),
    Step(name="3 other insiders", origin="insider", amount=0.02 * BN),
    Step(name="Not explained", origin="unknown", amount=4.2 * BN),
)

DUES = (
    Due(
        other="oracle",
        owed=False,
        role="purchase",
        certainty="contracted",
        low=270 * BN,
        central=300 * BN,
        high=330 * BN,
        ids=("openai-oracle-300b",),
    ),
    Due(
        other="bank",
        owed=True,
        role="funding",
        certainty="conditional",
        low=0,
        central=5.4 * BN,
        high=19.8 * BN,
    ),
    Due(
        other="bank",
        owed=False,
        role="other",
        certainty="contracted",
        low=1 * BN,
        central=6.7 * BN,
        high=26 * BN,
    ),
    Due(
        other="amazon",
        owed=False,
        role="purchase",
        certainty="optional",
        low=0,
        central=38 * BN,
        high=40 * BN,
    ),
    Due(
        other="microsoft", owed=False, role="purchase", certainty="indicative", low=0, central=0, high=9 * BN
    ),
)

SPANS = (
    Span(
        id="anthropic-azure-30bn",
        name="compute and services, Anthropic to Microsoft",
        first=date(2026, 10, 1),
        last=date(2033, 6, 30),
        note="$31.4bn, definitive agreement",
        events=(
            Event(
                on=date(2026, 9, 29),
                what="amount: USD 30 bn → USD 31.4 bn",
                why="Draft prospectus, as reported.",
            ),
        ),
    ),
    Span(
        id="nvda-anthropic-equity-2025",
        name="equity, Nvidia to Anthropic",
        first=date(2026, 1, 1),
        last=date(2026, 3, 31),
        note="about $10.0bn, completed",
        role="funding",
        certainty="conditional",
        events=tuple(
            Event(on=date(2026, month, 4), what=f"status: step {month}", why="A reason in a whole sentence.")
            for month in (2, 3, 4)
        ),
    ),
    Span(
        id="anthropic-nvidia-1gw",
        name="capacity, Anthropic to Microsoft",
        first=None,
        last=None,
        note="up to 1 GW",
        certainty="optional",
    ),
)
