"""Verbs of promising, giving and getting: one row each.

A row says who pays. The *doer* is the subject of the active voice ("X buys"), the *other* is the
counterparty, introduced by one of the listed prepositions ("from Y") or standing as a bare object
("lends Y"). To teach the reader a verb, add it to the row of its pattern; to teach it a pattern,
add a row.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from loopledger.read.lexicon import words
from loopledger.read.lexicon.inflect import Form, inflected
from loopledger.records import Kind

__all__ = [
    "AMOUNTING",
    "CONTROL",
    "FRAMES",
    "GENERAL",
    "MOVING",
    "NEVER_NOUNS",
    "OBJECT_CONTROL",
    "PARTICLES",
    "RAISING",
    "ROLE_VERBS",
    "SIZING",
    "SURE_GERUNDS",
    "SURE_VERBS",
    "VERBS_BY_POSITION",
    "VERB_FORMS",
    "Act",
    "Frame",
    "Pays",
]


class Pays(StrEnum):
    """Which side pays."""

    DOER = "doer"
    OTHER = "other"
    GIVER = "giver"  # the doer gives: it pays if money is given, it is paid if goods are given
    GETTER = "getter"  # the doer gets: it is paid if money is got, it pays if goods are got
    ROLES = "roles"  # the verb does not tell; the trades of the two sides do


class Act(StrEnum):
    """What is done, as far as the kind of promise depends on it."""

    INVEST = "invest"
    BUY = "buy"
    SELL = "sell"
    SUPPLY = "supply"
    GIVE = "give"
    GET = "get"
    PAY = "pay"
    SPEND = "spend"
    COMMIT = "commit"
    LEND = "lend"
    BORROW = "borrow"
    RENT = "rent"
    LET = "let"
    RAISE = "raise"
    ISSUE = "issue"
    GUARANTEE = "guarantee"
    SIGN = "sign"
    WIN = "win"
    PLACE = "place"
    DEPLOY = "deploy"
    ACQUIRE = "acquire"


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """How one pattern of verbs maps grammar to parties.

    Parameters
    ----------
    act : Act
    pays : Pays
    other : frozenset of str
        Prepositions that introduce the counterparty.
    bare : bool
        Whether the counterparty may be a bare object ("lend Y $5m", "supply Y with chips").
    kind : Kind or None
        The kind when the thing promised does not decide.
    """

    act: Act
    pays: Pays
    other: frozenset[str]
    bare: bool = False
    kind: Kind | None = None


def _frame(act: Act, pays: Pays, other: str, kind: Kind | None = None, *, bare: bool = False) -> Frame:
    return Frame(act=act, pays=pays, other=frozenset(other.split()), bare=bare, kind=kind)


_EQUITY, _BUY, _LOAN = Kind.EQUITY_INVESTMENT, Kind.PURCHASE_COMMITMENT, Kind.LOAN

#: verbs (a particle after "+") : frame
_ROWS: Mapping[str, Frame] = {
    "come+in go+in": _frame(Act.INVEST, Pays.DOER, "in into", _EQUITY),
    "invest reinvest co-invest": _frame(Act.INVEST, Pays.DOER, "in into to with", _EQUITY),
    "inject pump pour plough plow sink funnel channel put+into put+in put+up pump+in pour+in plough+in chip+in throw+in"
    " stump+up kick+in tip+in infuse plunge": _frame(Act.INVEST, Pays.DOER, "in into to behind for", _EQUITY),
    "put tip": _frame(Act.INVEST, Pays.DOER, "into in behind", _EQUITY),
    "contribute": _frame(Act.INVEST, Pays.DOER, "to in into", _EQUITY),
    "subscribe anchor": _frame(Act.INVEST, Pays.DOER, "to for in", _EQUITY),
    "back bankroll capitalise capitalize recapitalise recapitalize seed bail+out prop+up"
    " shore+up": _frame(Act.INVEST, Pays.DOER, "in", _EQUITY, bare=True),
    "lead co-lead join": _frame(Act.INVEST, Pays.DOER, "in into for of", _EQUITY),
    "buy purchase procure source buy+up snap+up scoop+up pick+up hoover+up commission repurchase stock+up"
    " sign+for": _frame(Act.BUY, Pays.DOER, "from with off", _BUY),
    "acquire take+over buy+out swallow gobble+up": _frame(Act.ACQUIRE, Pays.DOER, "from", Kind.ACQUISITION),
    "order book reserve preorder pre-order prepurchase pre-purchase prebook pre-book reorder re-order"
    " call+off": _frame(Act.BUY, Pays.DOER, "from with"
    " at on", _BUY),
    "use consume absorb offtake take+up draw+on": _frame(Act.DEPLOY, Pays.DOER, "from at on with", _BUY),
    "deploy install adopt stand+up bring+online roll+out build+out":
        _frame(Act.DEPLOY, Pays.DOER, "from with on", Kind.CAPACITY_COMMITMENT),
    "spend pool shell+out fork+out cough+up part+with plonk+down splurge splash splash+out lavish expend"
    " lay+out": _frame(Act.SPEND, Pays.DOER,
    "with on at from to", _BUY),
    "pay prepay remit wire pay+out disburse repay": _frame(Act.PAY, Pays.DOER, "to", _BUY, bare=True),
    "commit pledge promise earmark allocate devote dedicate set+aside bind direct":
        _frame(Act.COMMIT, Pays.DOER, "to with for towards toward into in", None),
    "owe": _frame(Act.PAY, Pays.DOER, "to under", _BUY, bare=True),
    "lend loan advance front": _frame(Act.LEND, Pays.DOER, "to", _LOAN, bare=True),
    "finance refinance fund": _frame(Act.LEND, Pays.DOER, "for to", _LOAN, bare=True),
    "arrange underwrite syndicate sanction": _frame(Act.LEND, Pays.DOER, "to for", _LOAN),
    "gather marshal assemble": _frame(Act.LEND, Pays.DOER, "for to", _EQUITY),
    "borrow draw draw+down take+out": _frame(Act.BORROW, Pays.OTHER, "from through with under", _LOAN),
    "lease rent hire charter sublease lease+back rent+back time-charter occupy"
    " pre-lease": _frame(Act.RENT, Pays.DOER, "from"
    " at with", Kind.LEASE),
    "let pre-let sublet lease+out rent+out": _frame(Act.LET, Pays.OTHER, "to", Kind.LEASE, bare=True),
    "raise drum+up bring+in attract pull+in rake+in haul+in": _frame(Act.RAISE, Pays.OTHER, "from by with"
    " through", _EQUITY),
    "issue float place price market": _frame(Act.ISSUE, Pays.GIVER, "to with", None, bare=True),
    "sell pre-sell offload resell divest hive+off": _frame(Act.SELL, Pays.OTHER, "to", _BUY, bare=True),
    "supply furnish equip outfit kit+out fit+out": _frame(Act.SUPPLY, Pays.OTHER, "to for", _BUY, bare=True),
    "deliver ship manufacture make produce build construct host fulfil fulfill launch":
        _frame(Act.SUPPLY, Pays.OTHER, "to for", _BUY),
    "provide give extend grant offer hand hand+over make+available":
        _frame(Act.GIVE, Pays.GIVER, "to for with", None, bare=True),
    "award": _frame(Act.GIVE, Pays.GIVER, "to", None, bare=True),
    "get receive obtain secure gain draw+in take accept collect take+on take+in lock+in line+up tie+up nail+down"
    " close+on nab"
    " win land bag clinch capture pocket net score snag snare reel+in haul+in bank scoop": _frame(Act.GET,
    Pays.GETTER, "from with by", None),
    "cover": _frame(Act.GUARANTEE, Pays.DOER, "for of", Kind.GUARANTEE),
    "step+in make+good answer+for vouch+for": _frame(Act.GUARANTEE, Pays.DOER, "to", Kind.GUARANTEE),
    "guarantee backstop stand+behind insure cosign co-sign indemnify underpin": _frame(Act.GUARANTEE, Pays.DOER,
    "for of to by", Kind.GUARANTEE, bare=True),
    "sign ink strike seal reach conclude enter+into forge finalise finalize execute agree+on agree+to"
    " enter negotiate hammer+out shake+on pen initial ratify formalise formalize firm+up"
    " thrash+out": _frame(Act.SIGN, Pays.ROLES, "with", None),
    "add": _frame(Act.COMMIT, Pays.DOER, "to", None),
    "contract": _frame(Act.SIGN, Pays.ROLES, "with to at", None),
    "licence license in-license": _frame(Act.BUY, Pays.DOER, "from", _BUY),
    "tap enlist engage retain sign+up pick select choose hire appoint": _frame(
        Act.PLACE, Pays.DOER, "", _BUY, bare=True),
    "outsource": _frame(Act.BUY, Pays.DOER, "to", _BUY),
}  # fmt: skip

FRAMES: Mapping[str, Frame] = {verb: frame for verbs, frame in _ROWS.items() for verb in verbs.split()}

#: Verbs whose infinitive is done by their own subject: "X agreed to buy".
CONTROL = words(
    "agree plan intend commit pledge promise vow undertake expect want hope aim decide opt elect choose"
    " seek prepare propose offer need continue start begin try set move look wish threaten contract bind"
    " refuse decline fail stand oblige require schedule expect due poise ready slate"
)
#: Verbs whose infinitive is done by their object: "the contract obliges X to buy".
OBJECT_CONTROL = words(
    "allow let permit enable require oblige ask force compel bind commit entitle authorise authorize help"
    " lead invite select pick choose tap hire appoint contract engage persuade convince encourage urge"
    " commission instruct mandate sign"
)

#: Ordinary verbs: no promise, but a clause needs its verb.
GENERAL = words(
    "enlarge upsize say tell announce disclose report confirm deny add note explain describe reveal show"
    " write claim state warn argue call name mention publish file see look think believe estimate reckon"
    " forecast predict project value price put rise fall climb slip jump gain drop soar sink tumble trade"
    " close open end start begin continue become remain stay keep hold own control manage run lead employ"
    " hire join leave enter go come move bring carry cover include exclude represent equal total amount"
    " exceed reach top cost charge earn post book lose grow shrink double triple increase decrease lift"
    " boost cut reduce widen broaden deepen extend expand renew amend revise replace supersede cancel"
    " terminate scrap abandon shelve reject withdraw lapse expire collapse walk fail complete finish"
    " settle consummate happen follow precede depend require need allow let enable help support create"
    " form launch unveil introduce develop design train test use serve power tie link connect integrate"
    " combine merge separate split share divide work compete win lose fight sue award approve clear vote"
    " pass block delay postpone slow speed accelerate mark make do have be mean imply suggest signal"
    " highlight underline reflect raise question doubt worry fear hope expect want like prefer plan intend"
    " aim agree commit pledge promise vow undertake decide consider weigh explore discuss negotiate talk"
    " meet speak ask answer reply respond decline refuse comment quote cite read learn know understand"
    " remember forget try attempt manage seek look find give take get put set turn change shift switch"
    " convert exercise vest mature repay redeem retire refinance secure collateralise pledge rank yield"
    " pay bear accrue compound arrive deliver ship receive send transfer contribute hold retain drive fuel"
    " feed fill house sit stand lie belong contain comprise consist feature involve concern regard treat"
    " count measure calculate compute equate translate imply range run stretch span last near approach"
    " pass hit touch miss beat disappoint surprise dip edge surge slide rally plunge gain shed add list"
    " float sell subscribe resume restart reopen shut close buy vote elect appoint name promote resign"
    " step pick choose select prefer favour favor depend rely lean watch wait ease tighten relax restrict"
    " limit cap restrain permit oblige entitle bind govern regulate stem arise derive flow bounce land"
    " drop account originate date begin stipulate specify foresee envisage provide acknowledge concede"
    " admit insist maintain repeat reiterate stress emphasize emphasise believe assume evaporate dissolve"
    " unwind vanish materialise materialize proceed wind crash default aggregate throw"
    " signal occupy approve persuade convince urge commission instruct mandate upgrade recognise recognize fuel"
    " rebuild modernise modernize retrofit advise act represent counsel assist"
)

#: Words that make another verb of the one before: "put in", "hand over", "stand behind".
PARTICLES = words("in into up over out on behind down back off aside online available good for")


def _forms() -> dict[str, list[tuple[str, Form]]]:
    forms: dict[str, list[tuple[str, Form]]] = {}
    for verb in sorted({lemma.partition("+")[0] for lemma in FRAMES} | GENERAL):
        for word, form in inflected(verb):
            readings = forms.setdefault(word, [])
            if (verb, form) not in readings:
                readings.append((verb, form))
    forms.pop("up", None)
    return forms


VERB_FORMS = _forms()

#: Verbs that only say how large their subject is: "the lease covers 150 megawatts".
SIZING = words(
    "be represent total amount equal cover include fill come run add bring reach comprise provide span"
    " carry have make mean account exceed aggregate grow swell"
    " lock secure cost generate yield guarantee call envisage deliver provide"
)  # fmt: skip
#: Verbs with which a sum may follow "to" or "by": "lifts its backstop to $3 billion".
RAISING = words(
    "enlarge upsize broaden deepen up top lift raise increase boost cut widen expand extend double bring"
    " take reduce amount come"
)  # fmt: skip
#: Verbs by which goods reach their place: "some 4,000 pumps go to Turin".
MOVING = words(
    "go bind destine destined head deliver arrive allocate allocated install come follow move ship land"
)
#: Verbs by which a sum takes a form: "$5 million is debt bought by X".
AMOUNTING = words("be take consist comprise represent come constitute become")  # fmt: skip
#: Roles in "X is the ... of Y" : the verb that the role stands for.
ROLE_VERBS = {
    "tenant": "rent", "lessee": "rent", "customer": "buy", "buyer": "buy", "client": "buy", "offtaker": "buy",
    "purchaser": "buy", "lender": "lend", "bank": "lend", "underwriter": "lend", "investor": "invest",
    "guarantor": "guarantee", "supplier": "supply",
    "provider": "supply", "vendor": "supply", "landlord": "let", "lessor": "let", "acquirer": "acquire",
}  # fmt: skip

#: Verbs that stand before a bare noun too: "will lease halls".
SURE_VERBS = frozenset(
    word
    for verb in "agree sign buy invest acquire say plan intend commit pledge hire lend pay sell spend"
    " expect hold own run become announce complete receive provide take get win secure give go come remain"
    " begin start".split()
    for word, form in inflected(verb)
    if form is not Form.GERUND
)
#: Forms that look like plural nouns and are verbs when the sentence has no other: "X leases halls from Y".
VERBS_BY_POSITION = words(
    "leases orders charters funds backs loans supplies finances rents hosts purchases guarantees"
)
#: Forms that look like plural nouns and never are.
NEVER_NOUNS = words(
    "comes becomes brings gives takes makes gets buys sells lends pays invests acquires agrees says"
    " announces obtains provides receives secures obliges requires allows commits intends"
)  # fmt: skip
#: Gerunds that govern a bare noun: "by buying chips".
SURE_GERUNDS = words(
    "buying purchasing investing selling lending borrowing leasing renting paying spending supplying"
    " providing taking acquiring giving raising issuing committing deploying installing delivering"
    " securing guaranteeing financing making bringing putting signing ordering receiving ending including"
    " using building"
)
