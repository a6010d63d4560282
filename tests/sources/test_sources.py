"""Bytes to text to blocks: encodings, formats, furniture, limits, and the map back to the stored text."""

import io
import sys
import time
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loopledger.errors import SourceError
from loopledger.sources import BlockKind, Format, document_from_text, load_document
from loopledger.sources.load import MAX_BYTES

PAGE = """<!doctype html><html><head><title>Orvane buys | Daily Grid</title><style>p {color: red}</style></head><body>
<nav><a href="/">Home</a> <a href="/deals">Deals worth $9</a></nav>
<div class="cookie-banner">We and our 400 partners use cookies. Accept all</div>
<!-- Orvane pays $1 -->
<article><h1>Orvane buys turbines</h1>
<p>Orvane will pay Kelso &euro;5&nbsp;million<br>for <b>turbines</b>.</p>
<p hidden>Orvane will pay $7 billion.</p><p style="display: none">And $8 billion.</p>
<ul><li>First point</li><li>Second point</li></ul>
<script>var sum = "$3 billion";</script>
<table><tr><th>Buyer</th><th>Sum</th></tr><tr><td>Orvane</td><td>&euro;5 million</td></tr></table>
</article>
<aside><h3>Related</h3><ul><li>Tessil sells for $2bn</li></ul></aside>
<footer>All rights reserved</footer></body></html>"""


def texts(document, kind=None):
    return [b.text for b in document.blocks if kind is None or b.kind is kind]


def test_an_article_is_read_without_its_page():
    document = document_from_text(PAGE, name="page.html")
    assert document.format is Format.HTML
    assert document.title == "Orvane buys | Daily Grid"
    assert texts(document, BlockKind.HEADING) == ["Orvane buys turbines"]
    assert texts(document, BlockKind.PARAGRAPH) == ["Orvane will pay Kelso €5 million for turbines."]
    assert texts(document, BlockKind.BULLET) == ["First point", "Second point"]
    assert texts(document, BlockKind.ROW) == ["Orvane | €5 million"]
    row = document.blocks[-1]
    assert [(c.header, row.text[c.start : c.end]) for c in row.cells] == [
        ("Buyer", "Orvane"),
        ("Sum", "€5 million"),
    ]


def test_a_quote_is_a_slice_of_the_stored_page():
    document = document_from_text(PAGE)
    block = document.blocks[1]
    start = block.text.index("€5")
    assert document.quote(block, start, start + len("€5 million")) == "&euro;5&nbsp;million"
    left, right = block.origin(0, len(block.text))
    assert document.text[left:right].startswith("Orvane will")
    assert document.text[left:right].endswith("</b>.")


def test_markdown_headings_bullets_tables_and_emphasis():
    document = document_from_text(
        "# Deals\n\nOrvane **pays** [Kelso](https://example.invalid) *much*.\n\n- one\n- two\n\n"
        "| Buyer | Sum |\n|---|---|\n| Orvane | $5bn |\n\n```\nOrvane pays $9\n```\n",
        format="markdown",
    )
    assert [(b.kind.value, b.text) for b in document.blocks] == [
        ("heading", "Deals"),
        ("paragraph", "Orvane pays Kelso much."),
        ("bullet", "one"),
        ("bullet", "two"),
        ("row", "Orvane | $5bn"),
    ]
    assert document.blocks[-1].cells[1].header == "Sum"


def test_wrapped_lines_are_one_paragraph_and_short_lines_are_headings():
    wrapped = (
        "Orvane buys turbines\n\n"
        "Orvane Systems said on Monday that it would buy a large number of\n"
        "turbines from Kelso Hardware for 5 million euros, to be delivered\nnext year.\n"
    )
    document = document_from_text(wrapped)
    assert texts(document, BlockKind.HEADING) == ["Orvane buys turbines"]
    assert len(texts(document, BlockKind.PARAGRAPH)) == 1
    assert "number of turbines from Kelso" in document.blocks[1].text


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"]
)
def test_encodings_are_recognised(tmp_path, encoding):
    path = tmp_path / "deal.txt"
    path.write_bytes("Orvane pays Kelso €5 million – naïvely, for “turbines”.".encode(encoding))
    document = load_document(path)
    assert document.text == "Orvane pays Kelso €5 million – naïvely, for “turbines”."
    assert document.name == str(path)


def test_text_once_decoded_wrongly_is_read_as_it_was_meant():
    garbled = "Orvane pays Kelso €5 million – for NØrre.".encode().decode("cp1252", "ignore")
    document = document_from_text(garbled)
    block = document.blocks[0]
    assert block.text == "Orvane pays Kelso €5 million – for NØrre."
    start = block.text.index("€")
    assert document.quote(block, start, start + 1) == "â‚¬"


def test_standard_input(monkeypatch):
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(b"Orvane pays Kelso $5 million.")))
    document = load_document("-")
    assert (document.name, document.text) == ("<stdin>", "Orvane pays Kelso $5 million.")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b" \n\t\n", "empty"),
        (b"%PDF-1.7 ...", "damaged PDF"),
        (bytes(range(32)) * 40, "binary"),
        (b"\xff\xfe\x00", "not decodable"),
        (b"PK\x03\x04zip", "binary"),
    ],
)
def test_what_is_no_document_is_refused(tmp_path, content, words):
    path = tmp_path / "bad.txt"
    path.write_bytes(content)
    with pytest.raises(SourceError, match=words) as caught:
        load_document(path)
    assert str(path) in str(caught.value)
    assert caught.value.hint
    assert caught.value.exit_code == 3


def test_missing_files_and_directories_are_refused(tmp_path):
    with pytest.raises(SourceError, match="no such file"):
        load_document(tmp_path / "nothing.txt")
    with pytest.raises(SourceError, match="a directory"):
        load_document(tmp_path)


def test_a_large_file_is_refused_without_reading_it(tmp_path):
    path = tmp_path / "large.txt"
    with path.open("wb") as file:
        file.truncate(MAX_BYTES + 30_000_000)
    began = time.perf_counter()
    with pytest.raises(SourceError, match="50 MB, more than the limit of 20 MB"):
        load_document(path)
    assert time.perf_counter() - began < 0.5


def test_pages_nested_too_deep_are_refused():
    with pytest.raises(SourceError, match="nested more than 4000 elements deep at character 20000"):
        document_from_text("<div>" * 10_000 + "x", format="html")


@pytest.mark.parametrize(
    ("text", "markup"),
    [
        ("<" * 200_000, "html"),
        ("<a " * 100_000, "html"),
        ("<!--" * 100_000, "html"),
        ("&amp;" * 100_000, "html"),
        ("<p " + 'a="b" ' * 100_000 + ">x</p>", "html"),
        ("*_`[" * 50_000, "markdown"),
        ("|" * 200_000, "markdown"),
        ("> " * 200_000, "markdown"),
        ("a" * 3_000_000, "text"),
        ("- " * 300_000, "text"),
    ],
)
def test_hostile_markup_takes_linear_time(text, markup):
    began = time.process_time()
    document_from_text(text, format=markup)
    assert time.process_time() - began < 3.0


@settings(max_examples=150, deadline=None)
@given(
    st.text(alphabet=" \n\t|*#->abcé$5.<&;\"'", min_size=1, max_size=300).filter(str.strip),
    st.sampled_from([Format.TEXT, Format.MARKDOWN, Format.HTML]),
)
def test_every_block_maps_back_into_the_text(text, markup):
    document = document_from_text(text, format=markup)
    for block in document.blocks:
        assert block.text == " ".join(block.text.split())
        left, right = block.origin(0, len(block.text))
        assert 0 <= left < right <= len(text)
        for i in range(len(block.text)):
            start, end = block.origin(i, i + 1)
            assert 0 <= start <= end <= len(text)
            if markup is Format.TEXT and not block.text[i].isspace():
                assert document.quote(block, i, i + 1) == block.text[i]
        for cell in block.cells:
            assert 0 <= cell.start <= cell.end <= len(block.text)
