"""The generated JSON Schema accepts both registers and refuses what the loader refuses."""

import json

import pytest
from jsonschema import Draft202012Validator

from loopledger.register import BUNDLED, TEACHING, register_schema
from loopledger.register.replay import CHANGEABLE
from loopledger.register.yamltext import read_yaml

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
