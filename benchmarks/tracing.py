"""Pooled, first in first out and last in first out on a million dated payments, one core."""

from generators import clock, dated

from loopledger.circularity.colour import colour
from loopledger.circularity.ordered import trace_ordered
from loopledger.circularity.pooled import trace_pooled
from loopledger.network import close_treasuries

for attempt in ("with compiling", "compiled"):
    print(attempt)
    for n, parties, periods in (
        (1_000_000, 1000, 1_000_000),
        (1_000_000, 1000, 1000),
        (1_000_000, 20, 1_000_000),
    ):
        table = dated(n, parties, periods)
        books, treasuries = clock(lambda table=table: close_treasuries(table))
        asked = colour(table, [0], 0)
        asked_of = {"table": table, "colouring": asked, "treasuries": treasuries}
        pooled, _ = clock(lambda a=asked_of: trace_pooled(a["colouring"], a["treasuries"]))
        first, _ = clock(lambda a=asked_of: trace_ordered(a["colouring"], a["treasuries"], last_first=False))
        last, _ = clock(lambda a=asked_of: trace_ordered(a["colouring"], a["treasuries"], last_first=True))
        print(
            f"  {n:,} payments, {parties:,} parties, {len(table.periods):,} periods: books {books:.2f} s, "
            f"pooled {pooled:.2f} s, first in first out {first:.2f} s, last in first out {last:.2f} s",
            flush=True,
        )
