"""The registers' files in another layout, made without the program: version 1 of the file format."""

import re
import shutil
from decimal import Decimal

import yaml

LITERAL = re.compile(
    r"(?:(?P<bound>up to|about|at least) )?(?:(?P<currency>[A-Z]{3}) )?(?P<low>[0-9.]+)(?: (?P<unit>m|bn|tn|MW|GW))?"
    r"(?: to (?P<high>[0-9.]+) (?P<last>m|bn|tn|MW|GW))?"
)
SIZES = {"m": 10**6, "bn": 10**9, "tn": 10**12, "MW": 1, "GW": 1000, None: 1}


def plain(number):
    return int(number) if number == int(number) else float(number)


def read_literal(text):
    """Bound, currency, and both ends of a literal in full units."""
    part = LITERAL.fullmatch(text).groupdict()
    low = Decimal(part["low"]) * SIZES[part["unit"] or part["last"]]
    high = Decimal(part["high"]) * SIZES[part["last"]] if part["high"] else low
    bound = "range" if part["high"] else (part["bound"] or "exact").replace(" ", "_")
    return bound, part["currency"], low, high


def mapping_form(text):
    bound, currency, low, high = read_literal(text)
    single = "value" if currency else "mw"
    figures = {"low": plain(low), "high": plain(high)} if bound == "range" else {single: plain(low)}
    return {**figures, **({"currency": currency} if currency else {}), "bound": bound}


def in_mappings(value, key=None):
    """Return the content of a file with its quantities as mappings."""
    match value:
        case dict():
            return {name: in_mappings(inner, name) for name, inner in value.items()}
        case list():
            return [in_mappings(inner) for inner in value]
        case str() if key in ("amount", "capacity"):
            return mapping_form(value)
    return value


class Dumper(yaml.SafeDumper):
    """Writes digits that are text in quotes, as readers of YAML 1.2 need them."""


def text_node(dumper, text):
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="'" if text.isdigit() else None)


Dumper.add_representer(str, text_node)


def copy_in_version_1(root, target):
    """Copy a register into another layout: mappings, short flow style, narrow lines, no comments."""
    shutil.copytree(root, target)
    for path in target.rglob("*.yaml"):
        content = in_mappings(yaml.safe_load(path.read_text(encoding="utf-8")))
        text = yaml.dump(
            content, Dumper=Dumper, sort_keys=False, width=70, allow_unicode=True, default_flow_style=None
        )
        path.write_text(text, encoding="utf-8")
    return target
