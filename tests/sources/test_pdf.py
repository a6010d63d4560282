"""PDF files: lines to paragraphs, columns, tables, running heads, pages, and files that are no documents."""

from pathlib import Path

import pytest
from tests.sources.pdfmaker import lines, make_pdf

from loopledger.errors import SourceError
from loopledger.read import read
from loopledger.sources import BlockKind, Format, load_document
from loopledger.sources.load import document_from_bytes
from loopledger.sources.pdf import pdf_text

FILES = Path(__file__).parent / "files"


def text_of(pages, **options):
    return pdf_text(make_pdf(pages, **options), "made.pdf")[0]


def test_a_release_printed_by_a_browser_is_read_like_its_page():
    document = load_document(FILES / "release.pdf")
    assert document.format is Format.PDF
    assert document.title == "Orvane and Kelso sign turbine supply agreement"
    rows = [b.text for b in document.blocks if b.kind is BlockKind.ROW]
    assert rows == [
        "Orvane | Kelso Turbines | Turbines, six years | €2.4 billion",
        "Kelso Turbines | Orvane | Convertible notes | up to €300 million",
    ]
    assert [c.header for b in document.blocks for c in b.cells][:4] == ["Payer", "Payee", "Purpose", "Amount"]
    assert "release.html" not in document.text  # the browser's running foot
    assert document.page_at(document.text.index("BERGEN")) == 1
    assert document.page_at(document.text.index("Tessil Bank")) == 2


def test_promises_of_a_pdf_carry_words_of_its_text():
    document = load_document(FILES / "release.pdf")
    drafts = read(document, ()).drafts
    found = {
        (d.payers[0].name, d.payee.name, d.amount.currency, int(d.amount.value), d.amount.bound.value)
        for d in drafts
    }
    assert found == {
        ("Orvane", "Kelso Turbines", "EUR", 2_400_000_000, "exact"),
        ("Kelso Turbines", "Orvane", "EUR", 300_000_000, "up_to"),
        ("Tessil Bank", "Orvane", "EUR", 500_000_000, "exact"),
    }
    assert all(document.text[s.start : s.end] == s.quote for d in drafts for s in d.evidence)


def test_lines_are_joined_and_broken_words_made_whole():
    page = lines(
        ["Orvane will buy tur-", "bines from Kelso over a long-", "term contract that is worth a lot."]
    )
    assert (
        text_of([page])
        == "Orvane will buy turbines from Kelso over a long-term contract that is worth a lot.\n"
    )


def test_a_wider_step_or_a_bullet_begins_a_paragraph():
    page = [
        *lines(["Orvane buys turbines from Kelso today and", "pays for them in May of next year, it said."]),
        *lines(["Kelso was founded in Bergen a century", "ago."], top=660),
        *lines(["• first point of the two", "• second point"], top=620),
    ]
    assert text_of([page]).split("\n\n") == [
        "Orvane buys turbines from Kelso today and pays for them in May of next year, it said.",
        "Kelso was founded in Bergen a century ago.",
        "- first point of the two",
        "- second point\n",
    ]


def test_columns_painted_one_after_the_other_are_not_mixed():
    left = lines(["Orvane lends Kelso the sum of five", "million euros until the end of May."])
    right = lines(["Tessil sells its ships to nobody at", "all, as it has none."], x=330)
    assert text_of([left + right]).split("\n\n") == [
        "Orvane lends Kelso the sum of five million euros until the end of May.",
        "Tessil sells its ships to nobody at all, as it has none.\n",
    ]


def test_tables_keep_their_columns_figures_and_wrapped_cells():
    page = [
        (250, 700, "2025"), (350, 700, "2026"),
        (72, 686, "Purchase"), (239, 686, "$1,234"), (339, 686, "$9,876"),
        (72, 675, "commitments"),
        (72, 660, "Leases"), (350, 660, "12"),
        (72, 645, "Loans"), (250, 645, "3"), (350, 645, "4"),
    ]  # fmt: skip
    rows = text_of([page]).splitlines()
    assert rows[0] == "|  | 2025 | 2026 |"
    assert "| Purchase commitments | $1,234 | $9,876 |" in rows
    assert "| Leases |  | 12 |" in rows


def test_bold_words_within_prose_make_no_table():
    page = [
        (72, 700, "The"), (95, 700, "Company"), (140, 700, "said that it pays"),
        (72, 688, "to"), (86, 688, "Kelso"), (114, 688, "five million euros."),
    ]  # fmt: skip
    assert text_of([page]) == "The Company said that it pays to Kelso five million euros.\n"


def test_running_heads_and_page_numbers_are_left_out_and_a_cut_sentence_is_whole():
    def page(number, body):
        return [(72, 760, f"Orvane annual letter {number}"), *lines(body), (300, 30, str(number))]

    text, pages = pdf_text(
        make_pdf(
            [
                page(
                    1,
                    [
                        "Orvane signed a contract with the firm of Kelso",
                        "under which it pays for all that is",
                    ],
                ),
                page(2, ["delivered in the year.", "It was pleased."]),
                page(3, ["Nothing else happened in that year."]),
            ]
        ),
        "letter.pdf",
    )
    assert "annual letter" not in text
    assert "under which it pays for all that is delivered in the year." in text
    assert [text[start : start + 9] for start in pages] == ["Orvane si", "delivered", "Nothing e"]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"%PDF-1.7\nrubbish", "damaged PDF"),
        (make_pdf([[]]), "no text layer"),
        ((FILES / "locked.pdf").read_bytes(), "locked with a password"),
        (make_pdf([[(72, 700, "x")]] * 1001), "1001 pages, more than the limit of 1000"),
    ],
)
def test_what_cannot_be_read_says_why(data, words):
    with pytest.raises(SourceError, match=words) as caught:
        document_from_bytes(data, name="bad.pdf")
    assert str(caught.value).startswith("bad.pdf: ")
    assert caught.value.hint


def test_a_pdf_that_takes_too_long_is_given_up():
    with pytest.raises(SourceError, match=r"takes longer than 0\.001 s"):
        pdf_text(make_pdf([[(72, 700, "x")]]), "slow.pdf", seconds=0.001)


def test_a_text_named_pdf_is_refused():
    with pytest.raises(SourceError, match="no PDF file, in spite of its name"):
        document_from_bytes(b"Orvane pays Kelso.", name="a.pdf", format=Format.PDF)


@pytest.mark.parametrize("seed", range(12))
def test_mutated_files_are_read_or_refused(seed):
    data = bytearray((FILES / "release.pdf").read_bytes())
    for step in range(60):
        place = (seed * 7919 + step * 104_729 + step * step * 31) % len(data)
        data[place] = (data[place] + seed + 1) % 256
    try:
        document = document_from_bytes(bytes(data), name="mutated.pdf")
    except SourceError:
        return
    assert document.blocks
