"""The generated JSON Schema accepts both registers and refuses what the loader refuses."""

import json

import pytest
from jsonschema import Draft202012Validator

from loopledger.register import BUNDLED, TEACHING, register_schema
from loopledger.register.replay import CHANGEABLE
from loopledger.register.yamltext import read_yaml
from loopledger.units import Bound, format_amount, format_capacity, parse_amount, parse_capacity

SCHEMA = json.loads(json.dumps(register_schema()))
VALIDATORS = {name: Draft202012Validator(schema) for name, schema in SCHEMA.items()}


def value_of(path):
    # through JSON, so that numbers are the schema's numbers
    return json.loads(json.dumps(read_yaml(path.read_text(encoding="utf-8"), path.name).value, default=float))


@pytest.mark.parametrize("root", [BUNDLED, TEACHING], ids=["bundled", "teaching"])
def test_every_file_is_valid(root):
    files = sorted(root.rglob("*.yaml"))
    assert len(files) > 8
    for path in files:
        validator = VALIDATORS["parties" if path.name == "parties.yaml" else "deal"]
        assert list(validator.iter_errors(value_of(path))) == [], path.name


def test_the_schemas_are_schemas():
    for schema in SCHEMA.values():
        Draft202012Validator.check_schema(schema)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("kind", "laon"), ("amount", {"value": -1, "currency": "USD"}), ("amount", {"value": 1}),
        ("amount", {"value": "1", "currency": "USD"}), ("term_years", "3"), ("in_kind", "yes"),
        ("evidence", []), ("surprise", 1), ("id", "Not An Id"),
        ("changes", [{"on": "2025-01-01", "set": {"id": "x"}, "why": "x", "evidence": []}]),
    ],
)  # fmt: skip
def test_what_the_loader_refuses_the_schema_refuses(field, value):
    deal = value_of(TEACHING / "deals" / "2025-06-10-larkspur-campus-financing.yaml")
    deal["instruments"][0][field] = value
    assert not VALIDATORS["deal"].is_valid(deal)


def test_a_literal_amount_is_valid():
    deal = value_of(TEACHING / "deals" / "2025-06-10-larkspur-campus-financing.yaml")
    deal["instruments"][0]["amount"] = "up to USD 4 bn"
    assert VALIDATORS["deal"].is_valid(deal)


def offered(schema, root):
    """What an editor can offer for a value: examples, words and constants, through references and choices."""
    if "$ref" in schema:
        return offered(root["$defs"][schema["$ref"].rsplit("/", 1)[1]], root)
    found = [*schema.get("examples", []), *schema.get("enum", [])]
    found += [schema["const"]] if "const" in schema else []
    for choice in (*schema.get("anyOf", []), *schema.get("oneOf", [])):
        found += offered(choice, root)
    return found


def test_an_editor_is_offered_every_form_of_a_quantity_in_canonical_form():
    root = SCHEMA["deal"]
    instrument = root["$defs"]["Instrument"]["properties"]
    change = root["$defs"]["Change"]["properties"]["set"]["properties"]
    for fields in (instrument, change):
        amounts, capacities = offered(fields["amount"], root), offered(fields["capacity"], root)
        assert "up to USD 15 bn" in amounts
        assert [format_amount(parse_amount(text)) for text in amounts] == amounts
        assert [format_capacity(parse_capacity(text)) for text in capacities] == capacities
        for parse, texts in ((parse_amount, amounts), (parse_capacity, capacities)):
            assert {parse(text).bound for text in texts} == set(Bound)
    assert "purchase_commitment" in offered(instrument["kind"], root)


def test_changes_may_set_what_the_replay_may_set():
    change = SCHEMA["deal"]["$defs"]["Change"]["properties"]["set"]
    assert set(change["properties"]) == CHANGEABLE


def test_the_schema_files_of_the_package_are_up_to_date():
    folder = BUNDLED.parent / "schema"
    assert sorted(path.name for path in folder.iterdir()) == ["deal.schema.json", "parties.schema.json"]
    for name, schema in register_schema().items():
        text = json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
        assert (folder / f"{name}.schema.json").read_text(encoding="utf-8") == text, "run: make schema"


def test_a_canonical_file_is_valid_too():
    from loopledger.register import files_of, format_files

    for item in format_files(files_of(TEACHING)):
        value = json.loads(json.dumps(read_yaml(item.text, "x").value, default=float))
        name = "parties" if item.path.name == "parties.yaml" else "deal"
        assert list(VALIDATORS[name].iter_errors(value)) == [], item.path.name
