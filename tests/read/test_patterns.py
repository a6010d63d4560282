"""One construction with many figures, and one figure in many constructions."""

# ruff: noqa: E501  (one construction a line)

import itertools

import pytest

from loopledger.read import read
from loopledger.sources import document_from_text
from loopledger.units import format_amount

SUMS = {
    "$3 billion": "USD 3 bn",
    "as much as 40 million euros": "up to EUR 40 m",
    "at least £250m": "at least GBP 250 m",
    "roughly half a trillion yen": "about JPY 500 bn",
    "between 300 million and 450 million euros": "EUR 300 m to 450 m",
    "a quarter of a billion dollars": "USD 250 m",
    "EUR 1.2 billion": "EUR 1.2 bn",
    "more than 120 billion yuan": "at least CNY 120 bn",
}
# text, kind, who pays, who is paid: {sum} stands for the figure
CONSTRUCTIONS = [
    ("Orvane Systems will invest {sum} in Tessil Motors.", "equity_investment", "Orvane Systems", "Tessil Motors"),
    ("Orvane Systems is putting {sum} into Tessil Motors.", "equity_investment", "Orvane Systems", "Tessil Motors"),
    ("Tessil Motors has raised {sum} from Orvane Systems.", "equity_investment", "Orvane Systems", "Tessil Motors"),
    ("Orvane Systems agreed to inject {sum} into Tessil Motors.", "equity_investment", "Orvane Systems", "Tessil Motors"),
    ("Orvane Systems bought {sum} of Tessil Motors shares.", "equity_investment", "Orvane Systems", "Tessil Motors"),
    ("Bexley Bank will lend Tessil Motors {sum}.", "loan", "Bexley Bank", "Tessil Motors"),
    ("Bexley Bank has lent {sum} to Tessil Motors.", "loan", "Bexley Bank", "Tessil Motors"),
    ("Tessil Motors plans to borrow {sum} from Bexley Bank.", "loan", "Bexley Bank", "Tessil Motors"),
    ("Tessil Motors obtained a loan of {sum} from Bexley Bank.", "loan", "Bexley Bank", "Tessil Motors"),
    ("Bexley Bank provided Tessil Motors with a loan of {sum}.", "loan", "Bexley Bank", "Tessil Motors"),
    ("Orvane Systems will buy servers from Kelso Hardware for {sum}.", "supply", "Orvane Systems", "Kelso Hardware"),
    ("Orvane Systems has ordered {sum} of servers from Kelso Hardware.", "supply", "Orvane Systems", "Kelso Hardware"),
    ("Kelso Hardware will sell Orvane Systems {sum} of servers.", "supply", "Orvane Systems", "Kelso Hardware"),
    ("Kelso Hardware is to supply Orvane Systems with servers worth {sum}.", "supply", "Orvane Systems", "Kelso Hardware"),
    ("Servers worth {sum} will be bought by Orvane Systems from Kelso Hardware.", "supply", "Orvane Systems", "Kelso Hardware"),
    ("Kelso Hardware won a contract worth {sum} from Orvane Systems.", "purchase_commitment", "Orvane Systems", "Kelso Hardware"),
    ("Orvane Systems awarded Kelso Hardware a contract worth {sum}.", "purchase_commitment", "Orvane Systems", "Kelso Hardware"),
    ("Orvane Systems placed an order worth {sum} with Kelso Hardware.", "purchase_commitment", "Orvane Systems", "Kelso Hardware"),
    ("Orvane Systems will spend {sum} on cloud services from Farrow Cloud.", "purchase_commitment", "Orvane Systems", "Farrow Cloud"),
    ("Orvane Systems has committed to purchase {sum} of capacity from Farrow Cloud.", "purchase_commitment", "Orvane Systems", "Farrow Cloud"),
    ("Orvane Systems will pay Farrow Cloud {sum}.", "purchase_commitment", "Orvane Systems", "Farrow Cloud"),
    ("Orvane Systems will lease a campus from Farrow Cloud for {sum}.", "lease", "Orvane Systems", "Farrow Cloud"),
    ("Orvane Systems will guarantee {sum} of Farrow Cloud's debt.", "guarantee", "Orvane Systems", "Farrow Cloud"),
    ("Orvane Systems has agreed to acquire Farrow Cloud for {sum}.", "acquisition", "Orvane Systems", "Farrow Cloud"),
    ("Farrow Cloud issued {sum} of senior notes.", "bond", None, "Farrow Cloud"),
]  # fmt: skip
NO_PROMISES = [
    "Orvane Systems had revenue of {sum} last year.",
    "Orvane Systems has a market value of {sum}.",
    "Orvane Systems denied that it would invest {sum} in Tessil Motors.",
    "Analysts estimate that the plant will cost {sum}.",
    "Orvane Systems is valued at {sum}.",
    "Orvane Systems expects capital spending of {sum}.",
    "Net income at Orvane Systems was {sum}.",
    "Orvane Systems may invest {sum} in Tessil Motors.",
]


def drafts(text):
    return read(document_from_text(text, format="text"), (), learned=False).drafts


@pytest.mark.parametrize(("construction", "figure"), list(itertools.product(CONSTRUCTIONS, SUMS.items())))
def test_construction(construction, figure):
    text, kind, payer, payee = construction
    words, literal = figure
    (draft,) = drafts(text.format(sum=words))
    assert draft.kind.value == kind
    assert [p.name for p in draft.payers] == ([payer] if payer else [])
    assert draft.payee.name == payee
    assert format_amount(draft.amount) == literal
    assert words in draft.evidence[0].quote


@pytest.mark.parametrize(("text", "words"), list(itertools.product(NO_PROMISES, SUMS)))
def test_no_promise(text, words):
    assert drafts(text.format(sum=words)) == ()
