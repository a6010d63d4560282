"""What a description says about the organisation behind it: "the chipmaker", "its landlord".

To teach the reader a description, add the noun to its row. ``TRADES`` name what an organisation is,
``SIDES`` which side of a promise it stands on, ``GENERIC`` any organisation.
"""

from __future__ import annotations

from collections.abc import Mapping

from loopledger.read.lexicon import words
from loopledger.records import Role

__all__ = [
    "GENERIC",
    "NAME_HINTS",
    "ORGANISATION_NOUNS",
    "PLURAL_GROUPS",
    "SIDES",
    "TRADES",
    "UPSTREAM",
    "WORKS",
]

_CHIP, _CLOUD, _NEO, _LAB = Role.CHIPMAKER, Role.CLOUD, Role.NEOCLOUD, Role.MODEL_DEVELOPER
_INV, _LEND, _DC, _EN = Role.INVESTOR, Role.LENDER, Role.DATACENTER, Role.ENERGY
_ENT, _SOV, _EQ, _SPV = Role.ENTERPRISE, Role.SOVEREIGN, Role.EQUIPMENT, Role.SPV

#: Head nouns (a hyphen joins a modifier to its head) : the roles of the table of parties that fit.
TRADES: Mapping[str, frozenset[Role]] = {
    word: roles
    for words, roles in {
        "chipmaker chip-maker chip-designer chip-giant chip-company chip-group chip-firm chip-supplier chip-vendor"
        " chip-start-up chip-startup gpu-maker processor-maker semiconductor-company semiconductor-group"
        " semiconductor-firm semiconductor-maker silicon-maker foundry accelerator-maker chip-manufacturer"
        " semiconductor-giant gpu-giant chip-designer": frozenset({_CHIP}),
        "lab laboratory ai-lab model-developer model-maker ai-developer ai-company ai-start-up ai-startup ai-firm"
        " ai-group research-lab chatbot-maker": frozenset({_LAB}),
        "start-up startup upstart": frozenset({_LAB, _CHIP, _NEO, _ENT}),
        "cloud-provider cloud-operator cloud-company cloud-firm cloud-giant cloud-group cloud-vendor cloud-host"
        " cloud-start-up cloud-startup cloud-business cloud-specialist hyperscaler cloud hosting-company"
        " hosting-provider host compute-provider computing-provider": frozenset({_CLOUD, _NEO, _DC}),
        "neocloud gpu-cloud gpu-landlord gpu-renter compute-landlord ai-cloud ai-cloud-provider": frozenset({_NEO}),
        "landlord developer data-centre-operator data-center-operator data-centre-developer"
        " data-center-developer data-centre-owner miner bitcoin-miner crypto-miner data-centre-group"
        " data-center-company campus-owner": frozenset({_DC, _NEO, _CLOUD}),
        "property-company property-group property-firm property-developer real-estate-group reit warehouse-owner":
            frozenset({_DC}),
        "investor fund asset-manager buyout-group buyout-firm private-equity-firm private-equity-group"
        " venture-firm venture-capitalist backer money-manager": frozenset({_INV, _SOV, _LEND}),
        "bank lender investment-bank wall-street-bank private-lender credit-fund": frozenset({_LEND, _INV}),
        "utility power-company power-producer energy-company energy-group energy-supplier generator"
        " electricity-company nuclear-operator": frozenset({_EN}),
        "sovereign-fund sovereign-wealth-fund wealth-fund state-fund kingdom emirate": frozenset({_SOV}),
        "equipment-maker server-maker hardware-maker network-company networking-company network-equipment-maker"
        " toolmaker chip-tool-maker lithography-maker server-vendor pc-maker": frozenset({_EQ}),
        "carmaker automaker car-maker car-company ev-maker": frozenset({_ENT}),
        "tech-giant technology-giant technology-company technology-group software-company software-group"
        " software-giant software-maker internet-company internet-giant search-company search-giant"
        " search-group tech-company": frozenset({_CLOUD, _LAB, _ENT}),
        "vehicle special-purpose-vehicle spv joint-venture jv venture": frozenset({_SPV}),
    }.items()
    for word in words.split()
}  # fmt: skip

#: Which side of an earlier promise a description points at; "payer", "payee", or an act's name.
SIDES: Mapping[str, str] = {
    "customer": "payer", "client": "payer", "buyer": "payer", "purchaser": "payer", "tenant": "payer",
    "lessee": "payer", "investor": "payer", "lender": "payer", "backer": "payer", "acquirer": "payer",
    "guarantor": "payer", "offtaker": "payer", "subscriber": "payer", "charterer": "payer",
    "supplier": "payee", "vendor": "payee", "seller": "payee", "landlord": "payee", "lessor": "payee",
    "shareholder": "payer",
    "borrower": "payee", "issuer": "payee", "target": "payee", "provider": "payee", "contractor": "payee",
    "licensor": "payee", "licensee": "payer", "host": "payee", "owner": "payee", "shipowner": "payee",
    "beneficiary": "payee", "manufacturer": "payee",
}  # fmt: skip

#: Any organisation: resolved by salience alone.
GENERIC = words(
    "company group firm business enterprise corporation conglomerate giant unit arm division subsidiary"
    " operator maker producer manufacturer developer specialist provider supplier vendor owner player"
    " party parent organisation organization partner entity consortium ministry agency government"
    " department state syndicate retailer insurer airline carrier shipper shipowner drugmaker brewer refiner"
    " steelmaker telecom utility designer builder integrator outfit champion newcomer incumbent rival"
    " behemoth titan heavyweight biotech pharma hospital university planemaker broadcaster publisher"
    " trader miner agency distributor fabricator smelter exporter importer institution foundation rocket-"
    " maker battery-maker chemicals-group oil-major major concern manager fund bank lender investor"
    " startup company-name drug-maker shipyard yard dealer wholesaler grocer restaurateur hotelier"
)
#: Organisations that are called by their works: "the mine" only of one that was called a mine.
WORKS = words(
    "mine refinery port railway airport museum theatre orchestra brewery distillery mill charity school college club"
    " league team studio council city town farm winery lender-owned railroad"
)
#: Those who only guess at the size of a promise.
GUESSERS = words(
    "analyst broker economist official banker observer expert researcher reporter newspaper report lawyer"
)
#: Several organisations at once: "the two companies", "the partners".
PLURAL_GROUPS = words(
    "companies groups firms partners parties pair duo trio two three four both sides lenders investors"
    " owners banks buyers backers sponsors shareholders"
)

#: What the last word of a name says about its bearer.
NAME_HINTS: Mapping[str, str] = {
    name: hints
    for names, hints in {
        "motors automotive": "carmaker automaker car-maker",
        "bank bancorp": "bank lender",
        "airlines airways air": "airline carrier",
        "power energy electric": "utility power-company energy-company energy-group",
        "pharma pharmaceuticals therapeutics": "drugmaker pharma",
        "bio biosciences biotech": "biotech",
        "minerals mining metals resources": "miner",
        "semi semiconductor semiconductors micro microdevices chips silicon": "chipmaker chip-designer chip-company",
        "cloud": "cloud-operator cloud-provider cloud-company cloud-firm",
        "capital partners ventures": "investor",
        "estates properties": "landlord",
        "tankers shipping lines marine": "shipowner",
        "aerospace": "planemaker",
        "ai labs lab": "lab start-up laboratory ai-lab model-developer ai-developer",
        "compute computing hosting": "cloud-operator cloud-provider cloud-company cloud-firm",
    }.items()
    for name in names.split()
}  # fmt: skip

ORGANISATION_NOUNS = frozenset(w.rsplit("-", 1)[-1] for w in TRADES) | GENERIC | WORKS | frozenset(SIDES) | {
    "latter", "former", "start-up", "joint-venture", "vehicle", "venture", "issuer", "spv", "jv", "lab", "borrower",
}  # fmt: skip

#: Who buys from whom when nothing else tells: the lower rank pays the higher.
UPSTREAM: Mapping[Role, int] = {
    Role.ENTERPRISE: 0, Role.MODEL_DEVELOPER: 1, Role.CLOUD: 2, Role.SOVEREIGN: 2, Role.NEOCLOUD: 3,
    Role.SPV: 4, Role.DATACENTER: 5, Role.ENERGY: 7, Role.EQUIPMENT: 6, Role.CHIPMAKER: 7,
}  # fmt: skip
