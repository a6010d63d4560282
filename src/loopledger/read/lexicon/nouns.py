"""Nouns that say what a promise is about.

To teach the reader a noun, add it to the row of its class in :data:`NOUN_CLASSES`.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from loopledger.read.lexicon import words

__all__ = [
    "COUNTABLE",
    "FUNDABLE",
    "NOT_BOUGHT",
    "NOUN_CLASS",
    "NOUN_CLASSES",
    "PRICES",
    "SIGNED",
    "NounClass",
]


class NounClass(StrEnum):
    """What a noun stands for, as far as it decides the kind and the direction of a promise."""

    EQUITY = "equity"  # money for ownership: an equity investment flows with it
    SHARES = "shares"  # ownership itself: it flows against the money
    BOND = "bond"
    LOAN = "loan"
    LEASE = "lease"
    GUARANTEE = "guarantee"
    WARRANT = "warrant"
    ROYALTY = "royalty"
    GOODS = "goods"
    SERVICES = "services"
    POWER = "power"
    ORDER = "order"  # a promise to buy, given by the buyer
    DEAL = "deal"  # a promise whose direction the word does not tell
    MONEY = "money"
    ACQUISITION = "acquisition"
    METRIC = "metric"  # a figure about somebody, promised to nobody


NOUN_CLASSES: Mapping[NounClass, str] = {
    NounClass.EQUITY: "equity investment funding capital injection round recapitalisation recapitalization"
    " cheque check backing subscription infusion placement fundraising",
    NounClass.SHARES: "share stock stake holding shareholding interest ownership unit preferred common paper",
    NounClass.BOND: "bond note debenture convertible notes bonds securities sukuk eurobond convert ncd",
    NounClass.LOAN: "loan debt credit financing refinancing facility mortgage borrowing advance bridge"
    " overdraft revolver"
    " lending line-of-credit",
    NounClass.LEASE: "lease rent rental charter tenancy hire leaseback sublease colocation",
    NounClass.GUARANTEE: "guarantee guaranty backstop surety indemnity letter-of-credit",
    NounClass.WARRANT: "warrant",
    NounClass.ROYALTY: "royalty revenue-share revenue-sharing earn-out",
    NounClass.GOODS: "chip processor gpu accelerator server system equipment hardware cell battery turbine"
    " satellite launch rocket mission material lithium steel aircraft jet plane vaccine drug dose wafer memory"
    " rack superchip cpu module panel engine vessel ship tanker truck locomotive train bus car vehicle robot"
    " machine machinery tool scanner cathode anode lng oil crude ore copper nickel cobalt graphite wheat grain"
    " fertiliser fertilizer polysilicon glass cable fibre fiber transformer switch switchgear reactor generator"
    " router antenna handset phone part component product device kit card board tpu asic switchboard cooling"
    " capsule booster helicopter drone missile ammunition cement timber pulp aluminium aluminum hydrogen ammonia"
    " tonne ton barrel semiconductor electrolyser electrolyzer interconnect optics transceiver inverter",
    NounClass.SERVICES: "compute computing capacity service cloud hosting software licence license access"
    " subscription bandwidth workload infrastructure platform storage networking prepayment payment cluster"
    " data-centre datacenter processing-power horsepower processing maintenance consulting usage consumption"
    " training inference hour seat tool-access content construction milestone upfront campus hall",
    NounClass.POWER: "power electricity energy gas generation output heat steam hydropower megawatt-hour",
    NounClass.ORDER: "order purchase procurement offtake",
    NounClass.DEAL: "contract deal agreement pact accord arrangement partnership commitment transaction alliance"
    " tie-up collaboration framework award package expansion extension obligation pledge undertaking covenant"
    " accord partnership bill scheme programme engagement booking win relationship ppa memorandum letter"
    " renewal amendment phase portion piece instalment installment component part remainder rest balance leg"
    " slice half work tranche",
    NounClass.MONEY: "cash money fund dollar sum amount euro proceeds pot",
    NounClass.ACQUISITION: "acquisition takeover buyout merger purchase-price buy-out bid",
    NounClass.METRIC: "revenue sale sales turnover income profit profits loss earnings ebitda margin valuation"
    " capitalisation capitalization capex expenditure cost budget asset assets dividend buyback price worth"
    " compensation penalty damage estimate forecast guidance backlog backlogs liability depreciation"
    " cashflow charge impairment fine damages"
    " settlement savings saving market spending outlay outlays gdp tax taxes fee target rate throughput"
    " demand customer wealth aum",
}  # fmt: skip

NOUN_CLASS: Mapping[str, NounClass] = {
    word: noun_class for noun_class, words in NOUN_CLASSES.items() for word in words.split()
}

#: Goods that come in numbers: "160 million shares", "38 launches", "3 million tonnes".
COUNTABLE = frozenset(
    NOUN_CLASSES[NounClass.GOODS].split()
) - words("system equipment hardware material memory machinery part component product tool mission kit") | {
    "share", "system", "mission", "gpu", "machine", "ounce", "kilogram", "litre", "gallon", "mwh", "gwh", "twh",
    "gigawatt-hour", "megawatt-hour", "terawatt-hour", "spacecraft", "flight", "set", "vaccine", "robotaxi",
    "unit", "warrant", "node", "instance", "core", "licence", "license",
}  # fmt: skip

#: Numbers of these are told, never promised: "340 enterprises", "1,000 workers".
NOT_BOUGHT = words(
    "people person worker employee job staff engineer resident household home family customer client enterprise"
    " shop store branch country city town state county site campus office page line section row item time hour"
    " minute day week percent point basis-point member seat vote analyst investor bidder employee pilot doctor"
    " hectare acre mile kilometre metre foot degree year age decade quarter month centimetre headline question"
    " patient patient user visitor passenger subscriber fan follower reader student volunteer shareholder partner step"
    " park plant mine field well tower tract parcel building"
    " reason way stage part lot condition month phase half third quarter headquarter strategy language week inch"
)  # fmt: skip
#: What may be signed, and so makes a promise of "signed", "reached" or "struck".
SIGNED = frozenset({
    NounClass.DEAL, NounClass.ORDER, NounClass.LEASE, NounClass.LOAN, NounClass.GUARANTEE, NounClass.WARRANT,
    NounClass.ACQUISITION, NounClass.EQUITY, NounClass.SERVICES, NounClass.GOODS, NounClass.POWER,
})  # fmt: skip
#: What money may be put into although it is no company.
FUNDABLE = words("platform project development scheme venture vehicle fund partnership")  # fmt: skip
#: "At a cost of", "for a price of": a sum after these is paid.
PRICES = words("cost price value valuation sum fee hire rate rent consideration")  # fmt: skip
