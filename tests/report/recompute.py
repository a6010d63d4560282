"""Compute the figures of a brief again from its JSON alone, with none of the program's own code.

Each function takes the JSON and a figure's id and returns low, central, high, or None where the figure is
of another family.
"""

from __future__ import annotations

from statistics import median

FUNDING = {"equity_investment", "loan", "bond", "guarantee", "warrant"}
PURCHASE = {"purchase_commitment", "capacity_commitment", "supply", "lease", "distribution"}


def add(intervals):
    low = central = high = 0.0
    for value in intervals:
        low, central, high = low + value["low"], central + value["central"], high + value["high"]
    return low, central, high


def scheduled(brief, flows):
    """Add payments; where an assumption dates them, with the ends that leaves, at most what the instrument pays."""
    known = {a["name"]: a["value"] for a in brief["assumptions"]}
    undated = known.get("market.undated_contract")
    parts = {}
    for flow in flows:
        parts.setdefault((flow["instrument"], flow["payer"], flow["payee"]), []).append(flow)
    found = []
    for (instrument, payer, payee), group in parts.items():
        low, central, high = add(group)
        dates = ("lag.", "term.", "tranche.")
        if any(name.startswith(dates) for flow in group for name in flow["assumptions"]):
            most = sum(
                f["high"] for f in brief["flows"]["known"]
                if (f["instrument"], f["payer"], f["payee"]) == (instrument, payer, payee)
            )  # fmt: skip
            low, high = min(low * undated["low"], central), max(min(high * undated["high"], most), central)
        found.append({"low": low, "central": central, "high": high})
    return add(found)


def own(flow):
    return flow["instrument"].split("/supply/")[0]


def pair_sums(brief):
    sums = {}
    for row in brief["register_sums"]:
        if row["leg"] != "debt_service" and row["cash"]:
            sums.setdefault((row["payer"], row["payee"]), []).append(row["total"])
    return {pair: add(parts) for pair, parts in sums.items()}


def classes(brief):
    found = {}
    for row in brief["register_sums"]:
        if row["leg"] != "debt_service" and row["cash"] and row["total"]["central"] > 0:
            kinds = found.setdefault((row["payer"], row["payee"]), set())
            kinds.add(
                "funding" if row["kind"] in FUNDING else "purchase" if row["kind"] in PURCHASE else "other"
            )
    return found


def is_financing(legs, kinds):
    return any(
        "funding" in kinds[a] and any("purchase" in kinds[b] for j, b in enumerate(legs) if j != i)
        for i, a in enumerate(legs)
    )


def financing_loops(brief, max_parties=4):
    """Enumerate loops by brute force over the pairs, each once, from its first party by name."""
    kinds = classes(brief)
    after = {}
    for payer, payee in kinds:
        after.setdefault(payer, []).append(payee)
    found = []

    def walk(path):
        for step in after.get(path[-1], ()):
            if step == path[0] and len(path) > 1:
                legs = [(a, b) for a, b in zip(path, [*path[1:], path[0]], strict=True)]
                if is_financing(legs, kinds):
                    found.append(legs)
            elif step > path[0] and step not in path and len(path) < max_parties:
                walk([*path, step])

    for start in after:
        walk([start])
    return found


def smallest(sums, legs):
    return tuple(min(sums[leg][k] for leg in legs) for k in range(3))


def expected(brief, figure):  # noqa: C901
    family, _, rest = figure["id"].partition("/")
    flows, now = brief["flows"]["known"], brief["run"]["known_on"]
    quarter = f"{now[:4]}Q{(int(now[5:7]) + 2) // 3}"
    figures = {f["id"]: f for f in brief["figures"]}
    if family == "scheduled":
        return add(f for f in flows if f["instrument"] == rest)
    if family == "by":
        year, _, instrument = rest.partition("/")
        return scheduled(
            brief,
            [f for f in flows if f["instrument"] == instrument and quarter <= f["period"] <= f"{year}Q4"],
        )
    if family == "year":
        year, payer, payee, *more = rest.split("/")
        here = [f for f in flows if (f["period"][:4], f["payer"], f["payee"]) == (year, payer, payee)]
        here = [f for f in here if f["period"] >= quarter]
        return scheduled(brief, [f for f in here if f["derived"] == (more == ["derived"])])
    if family == "due":
        when, _, instrument = rest.partition("/")
        if instrument:
            return scheduled(
                brief, [f for f in flows if f["instrument"] == instrument and f["period"] == when]
            )
        return scheduled(brief, [f for f in flows if f["period"] == when and not f["derived"]])
    if family in {"loop", "announced-loop"}:
        parties = rest.split("/")
        legs = list(zip(parties, [*parties[1:], parties[0]], strict=True))
        flows = flows if family == "loop" else brief["flows"]["announced"]
        sums = {leg: add(f for f in flows if (f["payer"], f["payee"]) == leg) for leg in legs}
        return smallest(sums, legs)
    if family == "ceiling":
        loop = next(lp for lp in brief["loops"] if "/".join(lp["parties"]) == rest)
        return (min(leg["amount"]["high"] for leg in loop["legs"] if leg["amount"]),) * 3
    if family == "register-loop":
        parties = rest.split("/")
        return smallest(pair_sums(brief), list(zip(parties, [*parties[1:], parties[0]], strict=True)))
    if family == "rank":
        sums, loops = pair_sums(brief), financing_loops(brief)
        if rest == "of":
            return (len(loops),) * 3
        value = figures[f"loop/{rest}"]["central"]
        return (1 + sum(smallest(sums, legs)[1] > value * (1 + 1e-9) for legs in loops),) * 3
    if family == "receipts":
        view = next(v for v in brief["funding"] if v["id"] == rest)
        rows = [dict(zip(view["table"]["columns"], row, strict=True)) for row in view["table"]["rows"]]
        kinds = PURCHASE | {"purchase"}
        return (sum(r["amount"] for r in rows if r["payee"] == view["seller"] and r["kind"] in kinds),) * 3
    if family == "share":
        identifier, _, rule = rest.rpartition("/")
        view = next(v for v in brief["funding"] if v["id"] == identifier)
        share = view["returned"][rule] / view["receipts"]
        return min(share, view["share_low"][rule]), share, max(share, view["share_high"][rule])
    if family == "frees":
        view = next(v for v in brief["funding"] if v["id"] == rest)
        return (view["returned"]["forced"],) * 3
    if family == "unit" and rest in {"build", "rent"}:
        ends = list(brief["unit_costs"][rest]["by_source"].values())
        return min(e[0] for e in ends), median((e[0] + e[1]) / 2 for e in ends), max(e[1] for e in ends)
    if family == "committed":
        total = add(f for f in flows if f["cash"] and not f["derived"] and f["kind"] in PURCHASE - {"supply"})
        if not rest:
            return total
        price = figures[f"unit/{rest}"]
        return total[0] / price["high"], total[1] / price["central"], total[2] / price["low"]
    if family == "depend":
        return dependence(brief, rest.split("/"), quarter)
    if family == "other-funding":
        deal = {i for p in brief["promises"] for i in (p["register"]["instruments"] or [p["id"]])}
        funders = {f["payer"] for f in flows if f["kind"] in FUNDING}
        return add(
            r["total"]
            for r in brief["register_sums"]
            if r["payee"] == rest and r["cash"] and not r["contingent"] and r["payer"] not in funders
            and r["kind"] in FUNDING and r["instrument"] not in deal
        )  # fmt: skip
    if family == "funding-to-purchase":
        funded = set(rest.split("/"))
        on_loops = {
            p
            for loop in brief["loops"]
            if loop["kind"] == "financing" and funded & set(loop["parties"])
            for p in loop["parties"]
        }
        money = add(f for f in flows if f["cash"] and f["kind"] in FUNDING and f["payee"] in funded)
        goods = add(
            f for f in flows
            if f["cash"] and not f["derived"] and f["kind"] in PURCHASE and f["payer"] in funded | on_loops
        )  # fmt: skip
        return min(1, money[0] / goods[2]), money[1] / goods[1], min(1, money[2] / goods[0])
    return None


def dependence(brief, path, _quarter):
    party, side, *more = path
    here, there = ("payee", "payer") if side in {"buyers", "funders"} else ("payer", "payee")
    kinds = FUNDING if side == "funders" else PURCHASE
    rows = [
        r
        for r in brief["register_sums"]
        if r[here] == party and r["kind"] in kinds and r["leg"] == "principal" and not r["contingent"]
    ]
    total = add(r["ahead"] for r in rows)
    if not more:
        return total
    parts = {}
    for r in rows:
        parts[r[there]] = parts.get(r[there], 0.0) + r["ahead"]["central"]
    if more == ["hhi"]:
        return (sum((v / total[1]) ** 2 for v in parts.values()),) * 3
    return (parts[more[0]] / total[1],) * 3
