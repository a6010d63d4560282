"""Readings made by hand, so that these tests do not depend on what the reader understands."""

from datetime import date

import pytest

from loopledger.records import Draft, Firmness, Kind, PartyRef, Reading, Span, Status
from loopledger.register import BUNDLED, load_register
from loopledger.report.brief import write_brief
from loopledger.units import DateSpan, parse_amount, parse_capacity

NVIDIA, MICROSOFT, ANTHROPIC = (PartyRef(name, name.lower()) for name in ("Nvidia", "Microsoft", "Anthropic"))


def draft(kind, payers, payee, quote, **fields):
    return Draft(kind=kind, payers=payers, payee=payee, evidence=(Span(0, len(quote), quote),), **fields)


def founding_deal(published=date(2025, 11, 18)):
    """Return the three promises of November 2025, in our own words."""
    span = DateSpan(first=published, last=published) if published else None
    drafts = (
        draft(
            Kind.EQUITY_INVESTMENT, (NVIDIA, MICROSOFT), ANTHROPIC, "the two backers put in as much as $15bn",
            amount=parse_amount("up to USD 15 bn"), firmness=Firmness.CONDITIONAL,
        ),
        draft(
            Kind.PURCHASE_COMMITMENT, (ANTHROPIC,), MICROSOFT, "the laboratory takes $30bn of Azure",
            amount=parse_amount("USD 30 bn"), products=("Azure", "Grace Blackwell"),
        ),
        draft(
            Kind.CAPACITY_COMMITMENT, (ANTHROPIC,), MICROSOFT, "and perhaps a gigawatt more",
            capacity=parse_capacity("up to 1 GW"), firmness=Firmness.OPTION,
        ),
    )  # fmt: skip
    return Reading(source="deal.txt", published=span, drafts=drafts, parties=(NVIDIA, MICROSOFT, ANTHROPIC))


def strangers():
    """Return a financing loop among organisations that nobody knows."""
    quince, rook, sable = (PartyRef(name) for name in ("Quince Chips", "Rook Cloud", "Sable Models"))
    day = date(2026, 3, 2)
    drafts = (
        draft(
            Kind.EQUITY_INVESTMENT, (rook,), sable, "Rook Cloud pays EUR 400m for shares",
            amount=parse_amount("EUR 400 m"), status=Status.DEFINITIVE,
        ),
        draft(
            Kind.PURCHASE_COMMITMENT, (sable,), rook, "Sable Models orders EUR 1bn of computing",
            amount=parse_amount("EUR 1 bn"), status=Status.DEFINITIVE, suppliers=(quince,),
        ),
    )  # fmt: skip
    return Reading(
        source="unknown.txt",
        published=DateSpan(first=day, last=day),
        drafts=drafts,
        parties=(quince, rook, sable),
    )


@pytest.fixture(scope="session")
def register():
    return load_register(BUNDLED)


@pytest.fixture(scope="session")
def founding_brief(bundled, assumptions):
    return write_brief([founding_deal()], bundled, assumptions)


@pytest.fixture(scope="session")
def strangers_brief(bundled, assumptions):
    return write_brief([strangers()], bundled, assumptions)
