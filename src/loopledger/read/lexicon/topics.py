"""Words that a sort of promise is told with: the model counts them, the grammar does not.

To teach the reader a word, add it to the row of its topic; a word may stand in several rows.
Words are matched as written, in lower case, plural and past forms listed where they differ.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from loopledger.read.lexicon.inflect import singular

__all__ = ["TOPICS", "topics_of"]

TOPICS: Mapping[str, str] = {
    "lease": "lease leased leasing leaseback lessor lessee rent rented rental tenant tenancy landlord let sublet"
    " charter chartered charterer sqm sq sqft square floor floors berth berths premises warehouse office offices"
    " occupy occupancy hangar hire hired renewal-option headlease sublease colocation halls locomotives vessels"
    " building campus hectare acre plot parcel dayrate hectares per-annum owner's",
    "loan": "loan loans lend lends lent lending lender lenders borrow borrows borrowed borrower borrowing debt credit"
    " facility revolver rcf overdraft repay repaid repayable repayment amortising amortizing maturity matures mezzanine"
    " senior unsecured secured libor sofr euribor margin bank banks syndicate drawn undrawn bridge refinance"
    " refinancing"
    " advance advanced mortgage interest-free term-loan swap-line covenant collateral disbursed tenor tl tlb"
    " principal",
    "equity_investment": "stake stakes share shares shareholder shareholders equity series seed round funding investor"
    " investors investment invest invests invested investing placement subscribe subscription capital raise raised"
    " injection inject infusion recapitalise recapitalised venture minority holding backer backers slice float ipo"
    " anchor preferential stock valuation valued pre-money post-money start-up startup rights-issue qip",
    "bond": "bond bonds note notes debenture debentures ncd ncds convertible convertibles eurobond coupon sukuk hybrid"
    " paper bookrunner bookrunners yield priced pricing tranches noteholders bondholders debt-market investors",
    "guarantee": "guarantee guarantees guaranteed guarantor backstop backstops backstopped surety indemnity indemnify"
    " vouch vouches underwrite underwrites liability shortfall default defaults stand stands behind recourse wrap"
    " cosign counter-guarantee liable",
    "warrant": "warrant warrants exercisable exercise strike vest vests vesting",
    "acquisition": "acquisition acquire acquires acquired takeover takeovers buyout bid bidder suitor suitors target"
    " merger merge swallow swallows absorb absorbs outright whole entire wholly all-cash enterprise-value ev carve-out"
    " divest divests divestment disposal unit arm division business subsidiary chain antitrust completion ownership"
    " privatisation owner vendor deal-value offer tender",
    "revenue_share": "royalty royalties takings percent per cent revenue revenues net sales licensor licensee share-of"
    " proceeds receipts income turnover stream streaming gross seigniorage",
    "buy": "order orders ordered purchase purchases buy buys bought supply supplies supplier contract contracted"
    " deliver delivery deliveries units tonnes tons aircraft jets chips servers gpus offtake ppa megawatts compute"
    " capacity cloud services customer client build built manufacture equipment hosting license licence software"
    " customer's install installed output cargoes doses buses trains launches satellites take-or-pay procurement",
}  # fmt: skip
_TOPIC_OF: dict[str, tuple[str, ...]] = {}
for _topic, _row in TOPICS.items():
    for _word in _row.split():
        _TOPIC_OF[_word] = (*_TOPIC_OF.get(_word, ()), _topic)


def topics_of(words: Iterable[str]) -> dict[str, int]:
    """Return how many of the words speak of each topic.

    Examples
    --------
    >>> topics_of(["the", "tenant", "pays", "rent"])
    {'lease': 2}
    """
    found: dict[str, int] = {}
    for word in words:
        for topic in _TOPIC_OF.get(word) or _TOPIC_OF.get(singular(word), ()):
            found[topic] = found.get(topic, 0) + 1
    return found
