"""A writer of small PDF files for the tests: Helvetica at given places."""

from __future__ import annotations


def make_pdf(pages, *, size=10):
    """Return the bytes of a PDF whose pages hold ``(x, y, text)`` triples."""
    objects = ["<< /Type /Catalog /Pages 2 0 R >>", ""]
    font = "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"
    kids = []
    for page in pages:
        words = "".join(
            f"BT /F1 {size} Tf {x} {y} Td ({text.translate(_ESCAPED)}) Tj ET\n" for x, y, text in page
        )
        stream = len(objects) + 2
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents {stream} 0 R "
            f"/Resources << /Font << /F1 {font} >> >> >>"
        )
        kids.append(f"{stream - 1} 0 R")
        objects.append(f"<< /Length {len(words.encode('cp1252'))} >>\nstream\n{words}\nendstream")
    objects[1] = f"<< /Type /Pages /Kids [{' '.join(kids)}] /Count {len(kids)} >>"
    body, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, start=1):
        places.append(len(body))
        body += f"{number} 0 obj\n{content}\nendobj\n".encode("cp1252")
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    tail = (
        f"xref\n0 {len(places) + 1}\n0000000000 65535 f \n{table}"
        f"trailer << /Size {len(places) + 1} /Root 1 0 R >>\nstartxref\n{len(body)}\n%%EOF\n"
    )
    return body + tail.encode("ascii")


_ESCAPED = str.maketrans({"(": r"\(", ")": r"\)", "\\": r"\\"})


def lines(texts, *, x=72, top=700, step=12):
    """Return triples for lines one below the other."""
    return [(x, top - step * index, text) for index, text in enumerate(texts)]
