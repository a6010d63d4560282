"""Slow, plain oracles that share no code with the engine: whole cents, full networks, other solvers."""

from collections import defaultdict

import networkx as nx
import numpy as np
from scipy.optimize import linprog
from strategies import OUTSIDE, Network


def books(net: Network):
    """Return the unexplained money and the balance of each (period, party), in cents."""
    unexplained, balance = {}, {}
    before = defaultdict(int, net.opening)
    for t in range(net.n_periods):
        for party in net.parties:
            if party == OUTSIDE:
                continue
            inflow = sum(p.cents for p in net.payments if p.period == t and p.payee == party)
            outflow = sum(p.cents for p in net.payments if p.period == t and p.payer == party)
            rest = before[party] + inflow - outflow
            unexplained[t, party] = max(0, -rest)
            balance[t, party] = before[party] = max(0, rest)
    return unexplained, balance


def flow_range(net: Network) -> tuple[int, int]:
    """Return the least and the greatest return in cents: minimum cost flows on the whole network."""
    _, balance = books(net)

    def solve(cost: int) -> int:
        graph = nx.MultiDiGraph()
        supply = 0
        graph.add_node("sink", demand=0)
        for (t, party), cents in balance.items():
            if net.follows(party):
                graph.add_node((t, party), demand=0)
                later = (t + 1, party) if t + 1 < net.n_periods else "sink"
                graph.add_edge((t, party), later, capacity=cents, weight=0)
        for p in net.payments:
            target = (p.period, p.payee) if net.follows(p.payee) else "sink"
            if net.is_source(p):
                if target != "sink":
                    supply += p.cents
                    graph.nodes[target]["demand"] -= p.cents
            elif net.follows(p.payer):
                weight = cost if net.is_counted(p) else 0
                graph.add_edge((p.period, p.payer), target, capacity=p.cents, weight=weight)
        graph.nodes["sink"]["demand"] = supply
        total, _ = nx.network_simplex(graph)
        return cost * total

    return solve(1), solve(-1)


def programme_range(net: Network) -> tuple[float, float]:
    """Return the least and the greatest return in units of 100 cents, by the programme as it is written.

    All variables stand in it: the coloured part of every payment and of every balance.
    """
    _, balance = books(net)
    n = len(net.payments)
    nodes = sorted(key for key in balance if net.follows(key[1]))
    row = {key: i for i, key in enumerate(nodes)}
    matrix = np.zeros((len(nodes), n + len(nodes)))
    bounds = []
    for j, p in enumerate(net.payments):
        amount = p.cents / 100
        if (p.period, p.payee) in row:
            matrix[row[p.period, p.payee], j] += 1
        if (p.period, p.payer) in row:
            matrix[row[p.period, p.payer], j] -= 1
            bounds.append((0, amount))
        else:
            bounds.append((amount, amount) if net.is_source(p) else (0, 0))
    for (t, party), i in row.items():
        matrix[i, n + i] -= 1
        if (t + 1, party) in row:
            matrix[row[t + 1, party], n + i] += 1
        bounds.append((0, balance[t, party] / 100))
    cost = np.array([float(net.is_counted(p)) for p in net.payments] + [0.0] * len(nodes))
    if not nodes:
        return 0.0, 0.0
    found = [
        linprog(sign * cost, A_eq=matrix, b_eq=np.zeros(len(nodes)), bounds=bounds, method="highs")
        for sign in (1, -1)
    ]
    assert all(result.status == 0 for result in found), [result.message for result in found]
    return found[0].fun, -found[1].fun


def pooled(net: Network) -> dict[str, float]:
    """Return where the colour goes under the pooled rule, by a dense system, in units of 100 cents."""
    unexplained, balance = books(net)
    names = [party for party in net.parties if net.follows(party)]
    at = {party: i for i, party in enumerate(names)}
    colour = np.zeros(len(names))
    cash = np.array([net.opening.get(party, 0) / 100 for party in names])
    where = dict.fromkeys(("returned", "absorbed", "outside", "outlays"), 0.0)
    for t in range(net.n_periods):
        current = [p for p in net.payments if p.period == t]
        total = cash + np.array([unexplained[t, party] / 100 for party in names])
        matrix = np.zeros((len(names), len(names)))
        for p in current:
            amount = p.cents / 100
            if p.payee in at:
                total[at[p.payee]] += amount
                if p.payer in at:
                    matrix[at[p.payee], at[p.payer]] -= amount
            if net.is_source(p):
                where["outlays"] += amount
                if p.payee in at:
                    colour[at[p.payee]] += amount
                else:
                    where["outside" if p.payee == OUTSIDE else "absorbed"] += amount
        matrix[np.diag_indices(len(names))] += np.where(total > 0, total, 1.0)
        share = np.linalg.lstsq(matrix, colour, rcond=1e-13)[0]
        for p in current:
            if p.payer in at and p.payee not in at:
                fate = "outside" if p.payee == OUTSIDE else "returned" if net.is_counted(p) else "absorbed"
                where[fate] += share[at[p.payer]] * p.cents / 100
        cash = np.array([balance[t, party] / 100 for party in names])
        colour = share * cash
    where["held"] = float(colour.sum())
    return where


def circulation(net: Network) -> int:
    """Return the largest circulation in cents, by network simplex."""
    graph = nx.MultiDiGraph()
    graph.add_nodes_from(net.parties, demand=0)
    for p in net.payments:
        if OUTSIDE not in (p.payer, p.payee):
            graph.add_edge(p.payer, p.payee, capacity=p.cents, weight=-1)
    if not graph.number_of_edges():
        return 0
    return -nx.network_simplex(graph)[0]
