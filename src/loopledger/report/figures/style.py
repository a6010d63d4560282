"""The one style sheet of all pictures: colours only, because every size is written in the picture itself.

Funding is orange and purchases are blue, a pair that stays apart for colour-blind readers; within each,
deep, mid and pale tones differ in lightness, and texture tells contracted from derived or contingent,
so that a black-and-white print says the same.
"""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["FIGURE_CSS", "FUNDING_TONES", "OTHER_TONE", "PURCHASE_TONES"]

#: Tones of the series of one direction, in order of use.
PURCHASE_TONES = ("p0", "p1", "p2", "p3")
FUNDING_TONES = ("f0", "f1", "f2", "f3")
OTHER_TONE = "o0"

_PLAIN = {
    "light": {
        "paper": "#ffffff",
        "ink": "#1b2530",
        "muted": "#56616c",
        "grid": "#dbe0e5",
        "mark": "#990f3d",
        "link": "#0f5499",
    },
    "dark": {
        "paper": "#12171d",
        "ink": "#e7ebef",
        "muted": "#a9b3bd",
        "grid": "#343d47",
        "mark": "#ff8fae",
        "link": "#8fc1f0",
    },
}

# tone: deep, mid, pale
_TONES = {
    "light": {
        "p0": ("#0e335b", "#2f6ba6", "#c6d8e9"),
        "p1": ("#3c6f9c", "#7fadd4", "#dde9f4"),
        "p2": ("#0f4f4b", "#2f837c", "#c3dedb"),
        "p3": ("#4b827c", "#8fc0b9", "#e0efed"),
        "f0": ("#7c3a08", "#c96a1f", "#f3d8bf"),
        "f1": ("#a66a24", "#e3a863", "#f8e7d2"),
        "f2": ("#6b1c2f", "#a8475b", "#ecccd2"),
        "f3": ("#9c5966", "#d597a3", "#f6e4e7"),
        "o0": ("#3c444d", "#727c87", "#d9dde1"),
    },
    "dark": {
        "p0": ("#9cc9f2", "#4c8cc8", "#24405b"),
        "p1": ("#dcebf8", "#9cc6ea", "#33495d"),
        "p2": ("#a4ded7", "#4aa89f", "#1f4744"),
        "p3": ("#d3efeb", "#8ccbc3", "#2f4b48"),
        "f0": ("#ffc48c", "#d97c2c", "#553418"),
        "f1": ("#ffe6c9", "#f0bd80", "#56432b"),
        "f2": ("#ffc0cb", "#d0697f", "#552834"),
        "f3": ("#ffe0e5", "#e3a5b1", "#543c42"),
        "o0": ("#dfe4e9", "#98a3ae", "#39424c"),
    },
}

_LAYOUT = """
.ll-fig{display:block;max-width:100%;height:auto}
.ll-fig text.ll-halo{paint-order:stroke;stroke-width:3px;stroke-linejoin:round}
.ll-fig .ll-b{font-weight:700}
.ll-fig .ll-i{font-style:italic}
.ll-fig a:hover .ll-link,.ll-fig a:focus .ll-link{text-decoration:underline}
.ll-fig a:focus-visible{outline:2px solid currentColor}
"""


def _rules(plain: Mapping[str, str], tones: Mapping[str, tuple[str, str, str]]) -> str:
    rules = [
        f".ll-fig .ll-paper{{fill:{plain['paper']}}}",
        f".ll-fig .ll-halo{{stroke:{plain['paper']}}}",
        f".ll-fig .ll-ink{{fill:{plain['ink']}}}",
        f".ll-fig .ll-muted{{fill:{plain['muted']}}}",
        f".ll-fig .ll-link{{fill:{plain['link']}}}",
        f".ll-fig .ll-mark{{fill:{plain['mark']}}}",
        f".ll-fig .ll-grid{{stroke:{plain['grid']};fill:none}}",
        f".ll-fig .ll-line{{stroke:{plain['ink']};fill:none}}",
        f".ll-fig .ll-soft{{stroke:{plain['muted']};fill:none}}",
        f".ll-fig .ll-edge{{stroke:{plain['ink']};fill:{plain['paper']}}}",
        f".ll-fig .ll-when{{stroke:{plain['mark']};fill:none}}",
        f".ll-fig .ll-badge{{fill:{plain['ink']}}}",
        f".ll-fig .ll-onbadge{{fill:{plain['paper']}}}",
    ]
    for tone, (deep, mid, pale) in tones.items():
        rules += [
            f".ll-fig .ll-{tone}-deep{{fill:{deep}}}",
            f".ll-fig .ll-{tone}-mid{{fill:{mid}}}",
            f".ll-fig .ll-{tone}-pale{{fill:{pale}}}",
            f".ll-fig .ll-{tone}-line{{stroke:{mid}}}",
            f".ll-fig .ll-{tone}-name{{fill:{deep}}}",
        ]
    return "\n".join(rules)


#: Style sheet of all pictures; a page embeds it once, :func:`standalone` embeds it in a file.
FIGURE_CSS = (
    f"{_LAYOUT}{_rules(_PLAIN['light'], _TONES['light'])}\n"
    "@media screen and (prefers-color-scheme:dark){\n"
    f"{_rules(_PLAIN['dark'], _TONES['dark'])}\n}}\n"
    "@media print{.ll-fig{print-color-adjust:exact;-webkit-print-color-adjust:exact}}\n"
)
