"""How loops, their dates, their backing and their number are printed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from loopledger.circularity import (
        ArcRanges,
        Circulation,
        Cycling,
        DatedLoop,
        DatedLoops,
        Decomposition,
        Loop,
        LoopBacking,
        Loops,
        Significance,
    )  # fmt: skip
    from loopledger.network import FlowTable

__all__ = [
    "circulation_json", "cycling_lines", "dated_json", "dated_lines", "in_words", "loop_json", "loop_lines",
    "significance_json", "significance_lines", "window_of",
]  # fmt: skip


#: From this amount on, the digits after the point say nothing.
_WITHOUT_CENTS = 1e6
_BILLION = 1e9


def in_words(amount: float) -> str:
    """Return an amount of the table's currency for text; the cents of small ones, in JSON those of all."""
    if abs(amount) >= _BILLION:
        return f"{amount / _BILLION:,.3f} bn"
    return f"{amount:,.0f}" if abs(amount) >= _WITHOUT_CENTS else f"{amount:,.2f}"


def window_of(table: FlowTable) -> dict[str, Any]:
    """Return what a window holds, by name."""
    used = sorted(set(table.period.tolist()))
    return {
        "from": table.periods[used[0]] if used else None,
        "to": table.periods[used[-1]] if used else None,
        "n_payments": len(table),
        "n_parties": len(set(table.payer.tolist()) | set(table.payee.tolist())),
    }


def loop_json(loop: Loop, backing: LoopBacking | None) -> dict[str, Any]:
    """Return one loop; with ranges, firmness and derived legs where it comes from a register."""
    found: dict[str, Any] = {
        "parties": list(loop.parties),
        "kind": loop.kind.value,
        "value": loop.value,
        "instruments": [list(leg.instruments) for leg in loop.legs],
        "time_feasible": loop.time_feasible,
        "legs": [{"payer": leg.payer, "payee": leg.payee, "amount": leg.amount} for leg in loop.legs],
    }
    if backing is not None:
        found["value_range"] = list(backing.value.as_tuple())
        found["weakest"] = backing.weakest
        found["firm"] = backing.firm
        found["derived_legs"] = backing.derived
        found["estimated_legs"] = backing.estimated
        for leg, behind in zip(found["legs"], backing.legs, strict=True):
            leg["range"] = list(behind.amount.as_tuple())
            leg["firmness"] = behind.firmness
            leg["firm"] = behind.firm
            leg["firm_share"] = behind.firm_share
            leg["derived"] = behind.derived
            leg["estimated"] = behind.estimated
    return found


def loop_lines(found: Loops, backings: Sequence[LoopBacking], top: int) -> list[str]:
    """Return the largest loops as lines."""
    financing = sum(loop.kind == "financing" for loop in found.loops)
    lines = [
        f"{len(found.loops)} loops, {financing} of them financing loops; "
        f"the largest {min(top, len(found.loops))}:",
        "",
    ]
    if not backings:
        lines.append(f"{'value':>18}  {'kind':<10}  {'in time':<7}  parties")
        lines += [
            f"{loop.value:>18,.2f}  {loop.kind.value:<10}  {'yes' if loop.time_feasible else 'no':<7}  "
            f"{' -> '.join([*loop.parties, loop.parties[0]])}"
            for loop in found.loops[:top]
        ]
        return lines
    lines.append(
        f"{'value, bn':>10}  {'low to high':>16}  {'firm':>7}  {'firm part':>9}  {'weakest':<11}  {'kind':<10}  "
        f"{'in time':<7}  parties"
    )
    for loop, backing in zip(found.loops[:top], backings, strict=False):
        low, central, high = (f"{x / 1e9:,.3f}" for x in backing.value.as_tuple())
        span = "exact" if low == high else f"{low} to {high}"
        arrows = [" *> " if leg.estimated else " ~> " if leg.derived else " -> " for leg in backing.legs]
        way = "".join(name + arrow for name, arrow in zip(loop.parties, arrows, strict=True))
        lines.append(
            f"{central:>10}  {span:>16}  {backing.firm / 1e9:>7,.3f}  {_firm_part(backing):>9}  "
            f"{backing.weakest:<11}  {loop.kind.value:<10}  {'yes' if loop.time_feasible else 'no':<7}  "
            f"{way}{loop.parties[0]}"
        )
    lines += [
        "",
        "~> is a derived leg: no public contract states it. firm: what can go round on paid and binding "
        "contracts alone. firm part: the part of the least firm leg that is paid or binding. weakest: the firmness of "
        "the weakest leg, that of its firmest promise; derived: no contract states it.",
        *(
            ["*> is an estimated leg: reported totals and bounds give it, no contract does."]
            if any(backing.estimated for backing in backings)
            else []
        ),
    ]
    return lines


def _firm_part(backing: LoopBacking) -> str:
    """Return the part of the least firm leg that is paid or binding."""
    return f"{min(leg.firm_share for leg in backing.legs):.0%}"


def circulation_json(
    circulation: Circulation,
    parts: Decomposition,
    ranges: ArcRanges | None,
    cycling: Cycling | None,
    *,
    without_cycling: str,
) -> dict[str, Any]:
    """Return the circulation with its proof, its loops, its ranges and the ecologists' measures or why none."""
    measures = ("finn_cycling_index", "return_probability")
    flows = [
        {"payer": payer, "payee": payee, "amount": amount, "of": paid}
        for (payer, payee), amount, paid in zip(
            circulation.pairs, circulation.circulating.tolist(), circulation.paid.tolist(), strict=True
        )
    ]
    if ranges is not None:
        for flow, least, most in zip(flows, ranges.least.tolist(), ranges.most.tolist(), strict=True):
            flow |= {"least": least, "most": most}
    return {
        "total": circulation.total,
        "gross": circulation.gross,
        "share": circulation.share,
        "flows": flows,
        "certificate": circulation.certificate.as_dict(),
        "prices": dict(circulation.prices),
        "loops": [{"parties": list(part.parties), "amount": part.amount} for part in parts.loops],
        "goes_round": sum(part.amount for part in parts.loops),
        "finn_cycling_index": cycling.index if cycling else None,
        "return_probability": dict(cycling.return_probability) if cycling else None,
        "why": {} if cycling else dict.fromkeys(measures, without_cycling),
    }


def cycling_lines(
    circulation: Circulation, parts: Decomposition, ranges: ArcRanges | None, cycling: Cycling | None
) -> list[str]:
    """Return the measures of circulation as lines."""
    lines = [
        f"Circulation (no payment counted twice): {in_words(circulation.total)} of {in_words(circulation.gross)} "
        f"paid among the parties, {circulation.share:.1%}; proven within {circulation.certificate.gap:.2g}",
        _circuits_line(parts),
    ]
    if ranges is not None:
        lines.append(
            f"{ranges.n_free} of {len(ranges.pairs)} pairs have a range over all largest circulations"
        )
    if cycling is not None:
        lines.append(f"Finn cycling index: {cycling.index:.1%} of what passes the parties passes them again")
    return lines


def _circuits_line(parts: Decomposition) -> str:
    """Return what goes round in the circuits of a split, each dollar once."""
    if not parts.loops:
        return "Nothing goes round: no payment leads back to its payer"
    lengths = sorted({len(part.parties) for part in parts.loops})
    hands = str(lengths[0]) if len(lengths) == 1 else f"{lengths[0]} to {lengths[-1]}"
    once = in_words(sum(part.amount for part in parts.loops))
    rest = "what is left holds no loop"
    if len(parts.loops) == 1:
        return f"That is {once} going round in one circuit, through {hands} hands; {rest}"
    return (
        f"That is {once} going round in {len(parts.loops)} circuits that share no payment, through {hands} hands each; "
        f"the split is one of many, and {rest}"
    )


def dated_json(found: DatedLoops, table: FlowTable) -> dict[str, Any]:
    """Return dated loops by name."""
    return {
        "within": found.within,
        "max_length": found.max_length,
        "truncated": found.truncated,
        "loops": [
            {
                "parties": list(loop.parties), "periods": list(loop.periods), "amount": loop.amount,
                "payments": list(loop.payments), "instruments": _instruments(loop, table),
            }
            for loop in found.loops
        ],
    }  # fmt: skip


def _instruments(loop: DatedLoop, table: FlowTable) -> list[str]:
    """Return the instrument of each payment of a dated loop; empty where the table names none."""
    return [table.instruments[int(table.instrument[place])] for place in loop.payments]


def dated_lines(found: DatedLoops, top: int, table: FlowTable) -> list[str]:
    """Return the largest dated loops as lines, closed, each with its instruments; equal ones on one line."""
    cut = ", cut short by a limit" if found.truncated else ""
    same: dict[tuple[str, str], list[DatedLoop]] = {}
    for loop in found.loops:
        names = " -> ".join(f"{name} ({when})" for name, when in zip(loop.parties, loop.periods, strict=True))
        ids = ", ".join(name or "no instrument named" for name in _instruments(loop, table))
        same.setdefault((f"{names} -> {loop.parties[0]}", ids), []).append(loop)
    kept = list(same.items())[:top]
    lines = [
        "",
        f"{len(found.loops)} loops of single payments with increasing dates, at most {found.within} periods "
        f"from first to last and {found.max_length} parties{cut}; the largest {len(kept)} (the smallest payment of "
        "each; payer and date of each payment, then the instruments):",
    ]
    for (way, ids), loops in kept:
        times = f"  ({len(loops)} alike)" if len(loops) > 1 else ""
        lines += [f"{in_words(loops[0].amount):>18}  {way}{times}", f"{'':>18}  {ids}"]
    return lines


def significance_json(found: Significance) -> dict[str, Any]:
    """Return counts against rewirings by name."""
    return {
        "rewirings": found.rewirings,
        "seed": found.seed,
        "swapped": found.swapped,
        "counts": [
            {
                "length": row.length, "observed": row.observed, "mean": row.mean, "deviation": row.deviation,
                "z": row.z, "p": row.p,
                "why": {} if row.z is not None else {"z": "every rewired network has the same number of loops"},
            }
            for row in found.counts
        ],
    }  # fmt: skip


def significance_lines(found: Significance) -> list[str]:
    """Return counts against rewirings as lines."""
    lines = [
        "",
        f"Loops against {found.rewirings} rewirings in which every party pays and is paid by as many (seed "
        f"{found.seed}, {found.swapped:.0%} of the tried swaps made):",
        f"{'parties':>7}  {'observed':>9}  {'by chance':>16}  {'z':>6}  {'p':>6}",
    ]
    lines += [
        f"{row.length:>7}  {row.observed:>9,}  {f'{row.mean:,.1f} +- {row.deviation:,.1f}':>16}  "
        f"{'-' if row.z is None else f'{row.z:.1f}':>6}  {row.p:>6.3f}"
        for row in found.counts
    ]
    return lines
