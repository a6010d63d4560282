"""What a party that the register does not know does in the build-out, from the words of a document.

Only words that stand beside its name, or in it, are taken: that somebody invests does not make it an investor
by trade, since chipmakers and clouds invest too. Where no word tells, the role stays unknown.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from loopledger.records import PartyRef, Role

__all__ = ["group_role", "is_group", "role_of"]

_ACTIVITY: Mapping[Role, str] = {
    Role.SPV: r"special[- ]purpose (?:vehicle|entity|company)|SPV|financing vehicle",
    Role.SOVEREIGN: r"sovereign (?:wealth )?fund|state (?:wealth|investment) fund|ministry|government",
    Role.NEOCLOUD: r"neocloud|(?:AI|GPU) cloud(?: \w+)?|cloud (?:start-?up)",
    Role.CHIPMAKER: (
        r"chip ?-?(?:maker|designer|start-?up|company|firm|manufacturer)"
        r"|(?:maker|designer|manufacturer) of (?:[\w-]+ ){0,3}(?:chips|processors|accelerators|semiconductors|GPUs)"
        r"|semiconductor (?:company|firm|maker|start-?up|designer|group)"
    ),
    Role.EQUIPMENT: (
        r"(?:server|equipment|memory|networking|optics|cooling|turbine|transformer)[- ](?:maker|manufacturer|supplier)"
        r"|(?:maker|manufacturer|supplier) of (?:[\w-]+ ){0,3}(?:servers|racks|memory|optics|turbines|equipment)"
    ),
    Role.MODEL_DEVELOPER: (
        r"(?:AI|artificial[- ]intelligence) (?:lab(?:oratory)?|start-?up|developer|company|firm|research\w*)"
        r"|model (?:developer|maker)|(?:maker|developer) of (?:the )?(?:[\w-]+ ){0,3}(?:models?|chatbot|assistant)"
        r"|laboratory behind"
    ),
    Role.DATACENTER: (
        r"data[- ]?cent(?:er|re)s? (?:\w+ ){0,2}(?:operator|developer|owner|builder|company|firm|landlord|provider)"
        r"|colocation (?:provider|operator|company)|bitcoin miner|landlord"
    ),
    Role.CLOUD: r"cloud (?:provider|company|operator|platform|group|giant)|hyperscaler",
    Role.ENERGY: r"utility|power (?:producer|company|supplier|developer)|energy (?:company|developer|group|producer)",
    Role.LENDER: r"bank|lender|private[- ]credit (?:firm|fund|manager|group)|credit (?:fund|manager)",
    Role.INVESTOR: (
        r"venture (?:capital )?(?:firm|fund|investor)|private[- ]equity (?:firm|fund|group)|asset manager|hedge fund"
        r"|pension fund|investment (?:firm|company|manager|group|fund)|investor|family office"
    ),
}
_NAMES: Mapping[Role, str] = {
    Role.SPV: r"SPV|(?:Funding|Financing|Issuer|Borrower) (?:I{1,3}|\d+)",
    Role.CHIPMAKER: r"Semiconductors?|Silicon|Microelectronics|Chips",
    Role.DATACENTER: r"Data ?Cent(?:er|re)s?|Colocation",
    Role.ENERGY: r"Energy|Power|Electric|Utilities|Nuclear",
    Role.LENDER: r"Bank|Bancorp|Credit",
    Role.INVESTOR: r"Ventures?|Capital Partners|Equity Partners|Asset Management|Investment (?:Management|Partners)",
    Role.CLOUD: r"Cloud",
}
_ARTICLE = r"(?:an?|the|one of the|its|fellow|rival)"
#: Words that may stand between an article and what somebody is; none that leads to somebody else.
_BETWEEN = r"(?:(?!(?:that|which|who|whose|of|from|to|in|with|for|by|at|on|and|or|backed|owned|than)\b)[\w'-]+ ){0,5}?"


def _beside(name: str, words: str) -> re.Pattern[str]:
    """Return what finds words in apposition to a name: ``Orvane, a maker of chips``, ``chipmaker Orvane``."""
    legal = r"(?:,? (?:Inc|Corp|Ltd|LLC|PLC|plc|SA|AG|NV)\.?)?"
    after = rf"{re.escape(name)}\.?{legal}(?:,| \(| is| \u2013| -)? {_ARTICLE} {_BETWEEN}(?:{words})\b"
    before = rf"\b(?:{words}) {re.escape(name)}\b"
    return re.compile(f"(?:{after})|(?:{before})", re.IGNORECASE)


def role_of(names: Iterable[str], text: str) -> Role:
    """Return the role that the words beside a name or in it tell; unknown where they tell none, or several.

    Parameters
    ----------
    names : iterable of str
        Forms of the party's name.
    text : str
        Of the document.

    Examples
    --------
    >>> text = "Quantix, a maker of AI chips, agreed to invest $5 million in Larkspur. Novaterra invests too."
    >>> role_of(["Quantix"], text).value, role_of(["Novaterra"], text).value, role_of(["Pier Bank"], "").value
    ('chipmaker', 'unknown', 'lender')
    """
    forms = list(names)
    told = {role for role, words in _ACTIVITY.items() for name in forms if _beside(name, words).search(text)}
    if not told:
        told = {
            role for role, words in _NAMES.items() for name in forms if re.search(rf"\b(?:{words})\b", name)
        }
    return told.pop() if len(told) == 1 else Role.UNKNOWN


_LENDING = r"lenders|banks|bondholders|noteholders|creditors"
_GROUP = re.compile(
    r"(?:an? |the )?(?:(?:group|consortium|syndicate) of )?"
    r"(?:(?:other|existing|new|several|certain|undisclosed|outside) )*"
    rf"(?:investors|backers|shareholders|{_LENDING})"
)


def is_group(ref: PartyRef) -> bool:
    """Whether a reference names no organisation, but some of a sort.

    Examples
    --------
    >>> is_group(PartyRef("other investors")), is_group(PartyRef("Ares Investors"))
    (True, False)
    """
    return ref.id is None and _GROUP.fullmatch(ref.name) is not None


def group_role(name: str) -> Role:
    """Return what the members of a group do: they lend, or they invest.

    Examples
    --------
    >>> group_role("a group of banks").value, group_role("other investors").value
    ('lender', 'investor')
    """
    return Role.LENDER if re.search(rf"\b(?:{_LENDING})\b", name) else Role.INVESTOR
