"""Stored messages: body, subject, day, encodings, attachments, and messages without words."""

import datetime as dt

import pytest

from loopledger.errors import SourceError
from loopledger.read import read
from loopledger.sources import Format, load_document
from loopledger.sources.load import document_from_bytes
from loopledger.sources.mail import is_mail

HEAD = (
    b"From: press@kelso.example\r\nTo: list@example.org\r\n"
    b"Subject: Kelso wins =?utf-8?q?=E2=82=AC2=2E4_billion?= order\r\n"
    b"Date: Wed, 04 Mar 2026 23:30:00 +0100\r\nMIME-Version: 1.0\r\n"
)
PLAIN = (
    b'Content-Type: text/plain; charset="iso-8859-15"\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n'
    b"Orvane has agreed to buy turbines worth =A42.4 billion from Kelso Turbines ove=\r\nr six years.\r\n"
)
PAGE = (
    b'Content-Type: text/html; charset="utf-8"\r\nContent-Transfer-Encoding: base64\r\n\r\n'
    b"PHA+T3J2YW5lIHdpbGwgYnV5ICQ1IG1pbGxpb24gb2Ygc2hpcHMgZnJvbSBUZXNzaWwuPC9wPg==\r\n"
)


def multipart(kind, *parts):
    inner = b"".join(b"--b\r\n" + part for part in parts)
    return HEAD + b'Content-Type: multipart/%s; boundary="b"\r\n\r\n%s--b--\r\n' % (kind, inner)


def test_a_plain_message_is_its_subject_and_its_body(tmp_path):
    path = tmp_path / "order.eml"
    path.write_bytes(HEAD + PLAIN)
    document = load_document(path)
    assert document.format is Format.MAIL
    assert document.title == "Kelso wins €2.4 billion order"
    assert document.issued_on == dt.date(2026, 3, 4)
    reading = read(document, ())
    assert reading.published.first == dt.date(2026, 3, 4)
    (draft,) = reading.drafts
    assert (draft.amount.currency, draft.amount.value) == ("EUR", 2_400_000_000)
    span = draft.evidence[0]
    assert document.text[span.start : span.end] == span.quote


def test_the_page_is_preferred_to_the_plain_copy():
    document = document_from_bytes(multipart(b"alternative", PLAIN, PAGE), name="a.eml")
    assert [block.text for block in document.blocks] == ["Orvane will buy $5 million of ships from Tessil."]


def test_attachments_are_named_and_not_read():
    attached = b'Content-Type: application/pdf\r\nContent-Disposition: attachment; filename="deal.pdf"\r\n\r\n%PDF-\r\n'
    document = document_from_bytes(multipart(b"mixed", PLAIN, attached), name="a.eml")
    assert document.left_out == ("attachment deal.pdf",)
    assert "Orvane has agreed" in document.text


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (HEAD + PLAIN, True),
        (b"\xef\xbb\xbf" + HEAD + PLAIN, True),
        (b"Date: 4 March 2026\nOrvane buys ships.\n", False),
        (b"From: nobody\n\nSubject: nothing\nDate: never\n", False),
        (b"Orvane buys ships.\n", False),
    ],
)
def test_messages_are_recognised_by_their_header_fields(data, expected):
    assert is_mail(data) is expected


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (HEAD + b"Content-Type: image/png\r\n\r\nx\r\n", "a message without text"),
        (b"Subject:\r\nDate: x\r\nFrom: x\r\n\r\n \r\n", "a message without text"),
        (
            HEAD
            + b"".join(
                b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n' % (i, i) for i in range(900)
            ),
            "nested more than 40 deep",
        ),
    ],
)
def test_messages_that_cannot_be_read_say_why(data, words):
    with pytest.raises(SourceError, match=words) as caught:
        document_from_bytes(data, name="bad.eml", format=Format.MAIL)
    assert caught.value.hint
