"""Nouns that act like verbs: "an investment by X in Y", "X's order with Y".

A row names the frame of the verb the noun stands for. To teach the reader a noun, add it to a row.
"""

from __future__ import annotations

from collections.abc import Mapping

from loopledger.read.lexicon import words
from loopledger.read.lexicon.verbs import Act, Frame, Pays
from loopledger.records import Kind

__all__ = ["LIGHT_VERBS", "NOMINALS"]


def _row(act: Act, pays: Pays, other: str, kind: Kind | None = None) -> Frame:
    return Frame(act=act, pays=pays, other=frozenset(other.split()), kind=kind)


_ROWS: Mapping[str, Frame] = {
    "investment injection contribution infusion subscription cheque check outlay buy-in top-up seed-cheque equity":
        _row(Act.INVEST, Pays.DOER, "in into to", Kind.EQUITY_INVESTMENT),
    "offering issuance issue pricing": _row(Act.ISSUE, Pays.GIVER, "to with"),
    "payment prepayment deposit fee down-payment downpayment royalty remittance": _row(Act.PAY, Pays.DOER,
    "to", Kind.PURCHASE_COMMITMENT),
    "purchase order procurement offtake booking purchase-order off-take reorder reservation": _row(Act.BUY,
    Pays.DOER, "from with", Kind.PURCHASE_COMMITMENT),
    "loan credit mortgage facility financing refinancing debt credit-line line line-of-credit overdraft"
    " revolver lifeline"
    " term-loan bridge": _row(Act.LEND,
    Pays.DOER, "to for", Kind.LOAN),
    "commitment pledge promise": _row(Act.COMMIT, Pays.DOER, "to with"),
    "acquisition takeover buyout buy-out bid": _row(Act.ACQUIRE, Pays.DOER, "of for", Kind.ACQUISITION),
    "contract deal agreement pact accord arrangement partnership transaction alliance tie-up collaboration"
    " expansion extension framework award ppa bill memorandum tender mandate charterparty retainer": _row(Act.SIGN,
    Pays.ROLES, "with"),
    "round fundraising fund-raising raise": _row(Act.RAISE, Pays.OTHER, "from", Kind.EQUITY_INVESTMENT),
    "lease charter rental tenancy leaseback rent sublease hire": _row(Act.RENT, Pays.DOER, "with from", Kind.LEASE),
    "guarantee backstop guaranty letter-of-credit surety indemnity": _row(Act.GUARANTEE, Pays.DOER, "to for"
    " of", Kind.GUARANTEE),
    "warrant": _row(Act.GIVE, Pays.DOER, "to", Kind.WARRANT),
    "placement": _row(Act.INVEST, Pays.DOER, "in to", Kind.EQUITY_INVESTMENT),
    "tranche instalment installment portion piece slice phase": _row(Act.SIGN, Pays.ROLES, "with"),
    "access": _row(Act.BUY, Pays.DOER, "from", Kind.PURCHASE_COMMITMENT),
    "sale": _row(Act.SELL, Pays.OTHER, "to", Kind.PURCHASE_COMMITMENT),
    "supply delivery": _row(Act.SUPPLY, Pays.OTHER, "to", Kind.SUPPLY),
}  # fmt: skip

NOMINALS: Mapping[str, Frame] = {noun: frame for nouns, frame in _ROWS.items() for noun in nouns.split()}

#: Verbs that leave the meaning to their object: "makes an investment", "has a contract".
LIGHT_VERBS = words(
    "make have hold announce unveil disclose reveal complete close describe report approve place put do"
    " finalise finalize confirm renew extend expand include involve see bring increase raise lift up widen"
    " enlarge upsize broaden deepen top double boost file post add take cover replace supersede cancel"
    " write terminate scrap drop abandon keep submit open establish arrange launch plan propose agree"
)
