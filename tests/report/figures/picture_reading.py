"""Reading pictures back: text boxes, band widths and addresses, from the SVG alone."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from dataclasses import dataclass

from loopledger.report.figures.text import text_width

SVG = "{http://www.w3.org/2000/svg}"


@dataclass(frozen=True)
class Box:
    left: float
    top: float
    right: float
    bottom: float
    words: str

    def hits(self, other: Box) -> bool:
        return (
            self.left < other.right - 0.5
            and other.left < self.right - 0.5
            and self.top < other.bottom - 0.01
            and other.top < self.bottom - 0.01
        )


def parsed(svg: str) -> ET.Element:
    return ET.fromstring(svg)  # noqa: S314 - our own output


def own_words(node: ET.Element) -> str:
    """The words of a text element without its tooltip."""
    title = node.find(f"{SVG}title")
    return (node.text or "") if title is None else (title.tail or "")


def text_boxes(svg: str) -> list[Box]:
    """Where every line of text stands, by the same approximate metric that laid it out."""
    boxes: list[Box] = []
    _collect(parsed(svg), 0.0, 0.0, boxes)
    return boxes


def _collect(node: ET.Element, dx: float, dy: float, boxes: list[Box]) -> None:
    moved = re.match(r"translate\((-?[\d.]+) (-?[\d.]+)\)", node.get("transform", ""))
    if moved:
        dx, dy = dx + float(moved[1]), dy + float(moved[2])
    if node.tag == f"{SVG}text":
        words, size = own_words(node), float(node.attrib["font-size"])
        width = text_width(words, size, bold="ll-b" in node.get("class", "").split())
        start = {"start": 0.0, "middle": width / 2, "end": width}[node.get("text-anchor", "start")]
        left, base = float(node.attrib["x"]) + dx - start, float(node.attrib["y"]) + dy
        boxes.append(Box(left, base - 0.75 * size, left + width, base + 0.2 * size, words))
    for child in node:
        _collect(child, dx, dy, boxes)


def faults(svg: str) -> list[str]:
    """Words that touch other words or leave the picture."""
    boxes = text_boxes(svg)
    width, height = (float(value) for value in parsed(svg).attrib["viewBox"].split()[2:])
    found = [f"{a.words!r} touches {b.words!r}" for n, a in enumerate(boxes) for b in boxes[:n] if a.hits(b)]
    outside = [b for b in boxes if b.left < -0.5 or b.right > width + 0.5 or b.top < 0 or b.bottom > height]
    return found + [f"{box.words!r} leaves the picture" for box in outside]


def band_widths(svg: str) -> dict[tuple[int, str], float]:
    """The height of every band where it leaves its payer, by leg and part."""
    widths = {}
    for leg in parsed(svg).iter(f"{SVG}g"):
        if leg.get("class") != "ll-leg":
            continue
        for path in leg.iter(f"{SVG}path"):
            if "data-part" in path.attrib and path.attrib["data-part"] != "unpriced":
                points = re.findall(r"(-?[\d.]+),(-?[\d.]+)", path.attrib["d"])
                (x0, top), (x1, bottom) = points[0], points[-1]
                assert x0 == x1
                widths[int(leg.attrib["data-leg"]), path.attrib["data-part"]] = float(bottom) - float(top)
    return widths


def addresses(svg: str) -> list[str]:
    return [node.attrib["href"] for node in parsed(svg).iter(f"{SVG}a")]


def by_class(svg: str, name: str) -> list[ET.Element]:
    return [node for node in parsed(svg).iter() if name in node.get("class", "").split()]
