"""Reading speed and size: documents a second, length against time, hostile documents; beside spaCy's tokenizer.

The peer, when it is installed, is ``spacy.blank("en")`` with its rule-based sentencizer: it splits the same texts
into tokens and sentences and does nothing else. It is a floor for what reading can cost, not a rival.
``--peer DIR`` adds a folder to the path in which spaCy was installed.
"""

from __future__ import annotations

import argparse
import os
import platform
import random
import resource
import subprocess
import sys
import time

from loopledger.read import read
from loopledger.register import load_register
from loopledger.sources import document_from_text

NAMES = (
    "Orvane Systems", "Tessil Motors", "Kelso Hardware", "Farrow Cloud", "Bexley Bank", "Merrow AI", "Calder Grid",
    "Thorne Cloud", "Ostrand Devices", "Quillon Labs", "Pellham Bank", "Vantor Minerals", "Brightmoor Data",
)  # fmt: skip
DEALS = (
    "{a} will invest ${n} million in {b}, the two companies said on Tuesday.",
    "{a} has agreed to buy {m} megawatts of capacity from {b} over {y} years, a person close to the talks said.",
    "The contract, which runs for {y} years, is worth about ${n} million to {b}.",
    "Under a lease signed last week, {a} will pay its landlord {b} up to ${n} million.",
    "{b} is borrowing ${n} million from {a} to pay for the hall, which opens in the spring.",
    "{a} placed an order with {b} for {m},000 processors; the chipmaker did not give a price.",
    "{a}'s revenue rose {y}% to ${n} million, and its shares gained {m}%.",
)
FILLER = (
    "Analysts had expected something of the kind since the summer, when the company first spoke of its plans.",
    "The region has plenty of power and few people, which is what such halls need.",
    "A spokeswoman declined to say more, and the other side did not answer a message.",
    "Its rivals have signed similar agreements this year, and some of them have already been changed.",
    "Residents worry about noise and water; the council will vote on the plan next month.",
)
#: Documents that somebody might send to make a reader hang, five megabytes each.
HOSTILE = {
    "one line of prose": lambda text: text.replace("\n", " "),
    "digits": lambda text: "1234567890" * (len(text) // 10),
    "sums": lambda text: "$5 billion " * (len(text) // 11),
    "one name": lambda text: "Orvane " * (len(text) // 7),
    "dots": lambda text: "Lender" + "." * len(text) + "Orvane",
    "keys": lambda text: "Borrower: Orvane. " * (len(text) // 18),
    "brackets": lambda text: "(" * len(text),
    "one clause": lambda text: "Orvane lends Tessil $5 million and " * (len(text) // 35),
}
NESTED = "<table><tr><td>" * 1_000 + "Orvane lends Tessil $5 million." + "</td></tr></table>" * 1_000


def article(draw: random.Random, n_words: int = 300) -> str:
    """Return a news text of about so many words: a third of its sentences tell of a deal."""
    sentences: list[str] = []
    while sum(len(s.split()) for s in sentences) < n_words:
        a, b = draw.sample(NAMES, 2)
        row = DEALS if draw.random() < 0.4 else FILLER
        sentences.append(
            draw.choice(row).format(
                a=a, b=b, n=draw.randrange(20, 900), m=draw.randrange(12, 90), y=draw.randrange(3, 20)
            )
        )
    return "\n\n".join(" ".join(sentences[i : i + 3]) for i in range(0, len(sentences), 3))


def peer_of(folder: str) -> object | None:
    """Return spaCy's blank English pipeline with its sentencizer, if spaCy is installed."""
    if folder:
        sys.path.append(folder)
    try:
        import spacy  # noqa: PLC0415
    except ImportError:
        return None
    pipeline = spacy.blank("en")
    pipeline.add_pipe("sentencizer")
    pipeline.max_length = 10_000_000
    return pipeline


def rate(do: object, texts: list[str], repeats: int = 5) -> float:
    """Return documents a second of processor time, the best of some runs."""
    best = float("inf")
    for _ in range(repeats):
        start = time.process_time()
        for text in texts:
            do(text)  # type: ignore[operator]
        best = min(best, time.process_time() - start)
    return len(texts) / best


def hostile(name: str) -> int:
    """Read one hostile document and print its seconds and peak memory; run in a process of its own."""
    draw = random.Random(3)
    text = (
        NESTED
        if name == "nested tables"
        else HOSTILE[name]("\n\n".join(article(draw, 3000) for _ in range(270)))
    )
    start = time.process_time()
    read(document_from_text(text), ())
    seconds = time.process_time() - start
    print(f"{seconds:.2f} {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024}")
    return 0


def main() -> int:
    """Print the figures; exit with 1 if a limit is missed."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--peer", default="", help="a folder in which spaCy was installed")
    options.add_argument("--hostile", default="", help=argparse.SUPPRESS)
    options.add_argument("--documents", type=int, default=200)
    chosen = options.parse_args()
    if chosen.hostile:
        return hostile(chosen.hostile)
    parties = tuple(load_register().parties.values())
    draw = random.Random(1)
    texts = [article(draw) for _ in range(chosen.documents)]
    print(f"Python {platform.python_version()}, {platform.machine()}, load {os.getloadavg()[0]:.1f}")
    whole = rate(lambda text: read(document_from_text(text), parties), texts[:20], repeats=3)
    print(
        f"20 documents of 300 words: {whole:.1f} a second of one core, the second opinion included (aim 150)"
    )
    ours = rate(lambda text: read(document_from_text(text), parties, learned=False), texts)
    print(
        f"{len(texts)} documents of 300 words by the grammar alone: {ours:.0f} a second of one core (limit 150)"
    )
    peer = peer_of(chosen.peer)
    if peer is None:
        print("spaCy is not installed: no peer")
    else:
        theirs = rate(lambda text: list(peer(text).sents), texts)  # type: ignore[operator]
        print(f"spaCy blank tokenizer and sentencizer on the same texts: {theirs:.0f} a second")
    missed = ours < 150
    times = []
    for megabytes in (0.6, 1.25, 2.5, 5.0):
        text = "\n\n".join(article(draw, 3000) for _ in range(int(megabytes * 54)))
        start = time.process_time()
        read(document_from_text(text), parties)
        times.append((time.process_time() - start) / len(text) * 1e6)
        print(
            f"{len(text) / 1e6:.2f} MB of prose: {times[-1] * len(text) / 1e6:.1f} s, {times[-1]:.2f} s a megabyte",
            flush=True,
        )
    missed |= max(times) > 2 * min(times)
    for name in [*HOSTILE, "nested tables"]:
        row = subprocess.run(
            [sys.executable, __file__, "--hostile", name], capture_output=True, text=True, check=True
        ).stdout.split()
        print(f"{name}: {row[0]} s, {row[1]} MB (limits 5 s, 500 MB)", flush=True)
        missed |= float(row[0]) > 5 or int(row[1]) > 500
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
