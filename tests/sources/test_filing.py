"""Complete EDGAR submissions: form and exhibits in place, pictures and data left out by name."""

import datetime as dt

import pytest

from loopledger.errors import SourceError
from loopledger.read import read
from loopledger.sources import BlockKind, Format, document_from_text

SUBMISSION = """<SEC-DOCUMENT>0000000000-26-000001.txt : 20260304
<SEC-HEADER>
FILED AS OF DATE:\t\t20260305
FILER:
\tCOMPANY DATA:
\t\tCOMPANY CONFORMED NAME:\t\t\tORVANE INC
</SEC-HEADER>
<DOCUMENT>
<TYPE>8-K
<FILENAME>orvane8k.htm
<TEXT>
<html><head><title>8-K</title></head><body>
<div style="display:none"><ix:header><ix:hidden>$9 billion to Nobody</ix:hidden></ix:header></div>
<p>Item 1.01 Entry into a Material Definitive Agreement.</p>
<p>On March 4, 2026, Orvane Inc. entered into an agreement with Kelso Turbines under which Orvane Inc. will
purchase turbines for <ix:nonFraction name="x">$2.4</ix:nonFraction> billion.</p>
<table><tr><td></td><td>&#8226;</td><td>Delivery begins in 2027.</td></tr></table>
</body></html>
</TEXT>
</DOCUMENT>
<DOCUMENT>
<TYPE>EX-99.1
<FILENAME>release.txt
<TEXT>
Tessil Bank will lend Orvane Inc. $500 million.
</TEXT>
</DOCUMENT>
<DOCUMENT>
<TYPE>GRAPHIC
<FILENAME>logo.jpg
<TEXT>
begin 644 logo.jpg
M_]C_X  02D9)1@ ! 0$ 8 !@  #_VP!#  @&!@<&!0@'!P<)"0@*#!0-# L+
</TEXT>
</DOCUMENT>
<DOCUMENT>
<TYPE>EX-101.SCH
<FILENAME>orvane.xsd
<TEXT><schema>$7 billion</schema></TEXT>
</DOCUMENT>
</SEC-DOCUMENT>
"""


def test_form_and_exhibits_are_read_where_they_stand():
    document = document_from_text(SUBMISSION, name="filing.txt")
    assert document.format is Format.SUBMISSION
    assert document.title == "8-K of ORVANE INC"
    assert document.issued_on == dt.date(2026, 3, 5)
    assert document.left_out == ("GRAPHIC logo.jpg", "EX-101.SCH orvane.xsd")
    texts = [block.text for block in document.blocks]
    assert "Tessil Bank will lend Orvane Inc. $500 million." in texts
    assert not any("9 billion" in text or "7 billion" in text for text in texts)
    assert [b.text for b in document.blocks if b.kind is BlockKind.BULLET] == ["Delivery begins in 2027."]


def test_evidence_points_into_the_submission_as_stored():
    document = document_from_text(SUBMISSION, name="filing.txt")
    reading = read(document, ())
    found = {(d.payers[0].name, d.payee.name, int(d.amount.value)) for d in reading.drafts}
    assert ("Tessil Bank", "Orvane Inc.", 500_000_000) in found or (
        "Tessil Bank",
        "Orvane",
        500_000_000,
    ) in found
    spans = [span for draft in reading.drafts for span in draft.evidence]
    assert spans
    assert all(SUBMISSION[span.start : span.end] == span.quote for span in spans)
    assert any("<ix:nonFraction" in span.quote for span in spans)


def test_a_submission_without_words_is_refused():
    text = "<SEC-DOCUMENT>\n<DOCUMENT>\n<TYPE>GRAPHIC\n<TEXT>x</TEXT></DOCUMENT>"
    with pytest.raises(SourceError, match="without a document in words"):
        document_from_text(text)


def test_a_submission_cut_short_is_read_as_far_as_it_goes():
    cut = SUBMISSION[: SUBMISSION.index("</TEXT>\n</DOCUMENT>\n<DOCUMENT>\n<TYPE>GRAPHIC")]
    document = document_from_text(cut)
    assert document.blocks[-1].text == "Tessil Bank will lend Orvane Inc. $500 million."


def test_figures_of_filings_are_whole_under_their_years():
    page = """<html><body><table>
    <tr><td></td><td colspan="3">2026</td><td colspan="3">2027</td></tr>
    <tr><td>Purchase commitments</td><td>$</td><td>1,234</td><td></td><td>$</td><td>(56</td><td>)</td></tr>
    <tr><td>Share</td><td></td><td>12</td><td>%</td><td></td><td>13</td><td>%</td></tr>
    </table></body></html>"""
    rows = document_from_text(page).blocks
    assert [row.text for row in rows] == ["Purchase commitments | $1,234 | $(56)", "Share | 12% | 13%"]
    assert [[c.header for c in row.cells] for row in rows] == [["", "2026", "2027"], ["", "2026", "2027"]]


def test_a_row_of_short_words_alone_is_not_lost_as_a_header():
    page = "<html><body><table><tr><td></td><td>Orvane buys</td><td>$5 million</td></tr></table><p>x</p></body></html>"
    assert document_from_text(page).blocks[0].text == "Orvane buys | $5 million"


def test_the_unit_over_the_first_column_is_the_unit_of_all_columns():
    page = """<html><body><table>
    <tr><td>(in millions)</td><td></td><td colspan="2">Purchases committed by<br/>Orvane</td></tr>
    <tr><td>2027</td><td></td><td>$</td><td>1,234</td></tr></table></body></html>"""
    (row,) = document_from_text(page).blocks
    assert row.text == "2027 | $1,234"
    assert [cell.header for cell in row.cells] == [
        "(in millions)",
        "Purchases committed by Orvane (in millions)",
    ]


def test_elements_styled_as_part_of_the_line_do_not_break_it():
    page = (
        "<html><body><div>Date of report: <div style='display:inline'><ix:nonNumeric>March 4, 2026"
        "</ix:nonNumeric></div> at noon</div><div>Next</div></body></html>"
    )
    assert [b.text for b in document_from_text(page).blocks] == [
        "Date of report: March 4, 2026 at noon",
        "Next",
    ]
