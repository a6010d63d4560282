"""The table of kinds of instrument: one row decides direction, role in a loop, and default timing.

To add a contract kind, add a member to :class:`Kind` and a row to :data:`KINDS`; the loader, the
schedule, the loop finder and the reference pages read this table.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

__all__ = ["KINDS", "FlowClass", "Kind", "KindRow", "Timing"]


class Kind(StrEnum):
    """What sort of promise an instrument is."""

    EQUITY_INVESTMENT = "equity_investment"
    PURCHASE_COMMITMENT = "purchase_commitment"
    CAPACITY_COMMITMENT = "capacity_commitment"
    SUPPLY = "supply"
    LOAN = "loan"
    BOND = "bond"
    LEASE = "lease"
    GUARANTEE = "guarantee"
    WARRANT = "warrant"
    REVENUE_SHARE = "revenue_share"
    ACQUISITION = "acquisition"
    DISTRIBUTION = "distribution"
    OTHER = "other"


class FlowClass(StrEnum):
    """What a payment does in a loop: fund the payee, buy from it, repay it, or none of these."""

    FUNDING = "funding"
    PURCHASE = "purchase"
    REPAYMENT = "repayment"
    OTHER = "other"


class Timing(StrEnum):
    """The shape that cash takes in time when nothing more is known."""

    LUMP = "lump"
    TERM = "term"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class KindRow:
    """One kind of instrument.

    Parameters
    ----------
    direction : str
        Who pays whom, in the trade's words.
    noun : str
        What is promised, in a word or two.
    phrase : str
        What the payer agrees to do, as an infinitive with ``{amount}`` and ``{payee}``.
    flow_class : FlowClass
        Its part in a loop.
    timing : Timing
        Default shape in time.
    term_assumption : str
        Name of the assumption that gives the term in years when none is known; empty for a lump.
    debt_service : bool
        Whether the principal runs back with interest.
    """

    direction: str
    noun: str
    phrase: str
    flow_class: FlowClass
    timing: Timing
    term_assumption: str = ""
    debt_service: bool = False


KINDS: Mapping[Kind, KindRow] = {
    Kind.EQUITY_INVESTMENT: KindRow(
        direction="investor -> company",
        noun="equity",
        phrase="invest {amount} in {payee}",
        flow_class=FlowClass.FUNDING,
        timing=Timing.LUMP,
    ),
    Kind.PURCHASE_COMMITMENT: KindRow(
        direction="buyer -> supplier of services",
        noun="compute and services",
        phrase="buy {amount} of compute and services from {payee}",
        flow_class=FlowClass.PURCHASE,
        timing=Timing.TERM,
        term_assumption="term.purchase_commitment",
    ),
    Kind.CAPACITY_COMMITMENT: KindRow(
        direction="buyer -> supplier of capacity, no price of its own",
        noun="capacity",
        phrase="take {amount} of capacity from {payee}",
        flow_class=FlowClass.PURCHASE,
        timing=Timing.TERM,
        term_assumption="term.purchase_commitment",
    ),
    Kind.SUPPLY: KindRow(
        direction="buyer -> supplier of goods",
        noun="equipment",
        phrase="order {amount} of equipment from {payee}",
        flow_class=FlowClass.PURCHASE,
        timing=Timing.TERM,
        term_assumption="term.supply",
    ),
    Kind.LOAN: KindRow(
        direction="lender -> borrower, debt service back",
        noun="loan",
        phrase="lend {amount} to {payee}",
        flow_class=FlowClass.FUNDING,
        timing=Timing.LUMP,
        term_assumption="term.loan",
        debt_service=True,
    ),
    Kind.BOND: KindRow(
        direction="lender -> issuer, debt service back",
        noun="bonds",
        phrase="buy {amount} of bonds from {payee}",
        flow_class=FlowClass.FUNDING,
        timing=Timing.LUMP,
        term_assumption="term.bond",
        debt_service=True,
    ),
    Kind.LEASE: KindRow(
        direction="lessee -> lessor",
        noun="lease",
        phrase="pay {amount} of rent to {payee}",
        flow_class=FlowClass.PURCHASE,
        timing=Timing.TERM,
        term_assumption="term.lease",
    ),
    Kind.GUARANTEE: KindRow(
        direction="guarantor -> beneficiary, if called",
        noun="guarantee",
        phrase="guarantee {amount} for {payee}",
        flow_class=FlowClass.FUNDING,
        timing=Timing.TERM,
        term_assumption="term.guarantee",
    ),
    Kind.WARRANT: KindRow(
        direction="issuer -> holder, no cash until exercised",
        noun="warrant",
        phrase="issue a warrant for {amount} to {payee}",
        flow_class=FlowClass.FUNDING,
        timing=Timing.NONE,
    ),
    Kind.REVENUE_SHARE: KindRow(
        direction="payer -> payee",
        noun="revenue share",
        phrase="share {amount} of revenue with {payee}",
        flow_class=FlowClass.OTHER,
        timing=Timing.TERM,
        term_assumption="term.revenue_share",
    ),
    Kind.ACQUISITION: KindRow(
        direction="acquirer -> target's owners",
        noun="acquisition",
        phrase="acquire {payee} for {amount}",
        flow_class=FlowClass.OTHER,
        timing=Timing.LUMP,
    ),
    Kind.DISTRIBUTION: KindRow(
        direction="reseller -> owner",
        noun="resale",
        phrase="pay {amount} to {payee} for resale",
        flow_class=FlowClass.PURCHASE,
        timing=Timing.TERM,
        term_assumption="term.revenue_share",
    ),
    Kind.OTHER: KindRow(
        direction="payer -> payee",
        noun="payment",
        phrase="pay {amount} to {payee}",
        flow_class=FlowClass.OTHER,
        timing=Timing.NONE,
    ),
}
