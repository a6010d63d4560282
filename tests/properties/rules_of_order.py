"""The rules of order once more, one cent of one payment after the other, as the method page states them."""

from collections import defaultdict


def follow(net, *, last_first):  # noqa: C901 - the rule from start to end
    """Return the coloured cents that reach the seller as counted receipts.

    A treasury is a list of single cents, the oldest first; True is coloured.
    """
    treasury = defaultdict(list)
    for party, cents in net.opening.items():
        if net.follows(party):
            treasury[party] = [False] * cents
    returned = 0

    def take(party):
        return treasury[party].pop(-1 if last_first else 0)

    def settle(payment, cents):
        nonlocal returned
        for _ in range(cents):
            if net.follows(payment.payer):
                colour = take(payment.payer) if treasury[payment.payer] else False  # unexplained
                returned += colour and net.is_counted(payment)
            else:
                colour = net.is_source(payment)
            if net.follows(payment.payee):
                treasury[payment.payee].append(colour)

    for period in range(net.n_periods):
        waits = []
        for payment in (p for p in net.payments if p.period == period):
            can = payment.cents
            if net.follows(payment.payer):
                can = min(can, len(treasury[payment.payer]))
            settle(payment, can)
            if can < payment.cents:
                waits.append([payment, payment.cents - can])
        while circle := find_circle(waits):
            least = min(wait[1] for wait in circle)
            for wait in circle:
                wait[1] -= least
            waits = [wait for wait in waits if wait[1]]
        payers = list(dict.fromkeys(wait[0].payer for wait in waits))
        queue = [payer for payer in payers if payer not in {wait[0].payee for wait in waits}]
        for payer in queue:  # it grows
            for wait in [wait for wait in waits if wait[0].payer == payer]:
                settle(*wait)
                waits.remove(wait)
                payee = wait[0].payee
                if payee in payers and payee not in queue and payee not in {w[0].payee for w in waits}:
                    queue.append(payee)
        assert not waits
    return returned


def find_circle(waits):
    """Return the first circle: from the first wait on, always the first payment that leads to one."""

    def search(path, dead):
        payee = path[-1][0].payee
        for k, wait in enumerate(path):
            if wait[0].payer == payee:
                return path[k:]
        for wait in waits:
            if wait[0].payer == payee and id(wait) not in dead:
                found = search([*path, wait], dead)
                if found:
                    return found
                dead.add(id(wait))
        return None

    dead = set()
    for wait in waits:
        if id(wait) not in dead:
            found = search([wait], dead)
            if found:
                return found
            dead.add(id(wait))
    return None
