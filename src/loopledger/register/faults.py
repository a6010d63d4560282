"""What is wrong with a field, in the trade's words: pydantic's errors as code, message and hint."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from loopledger.records import Firmness, Kind, Role, Status
from loopledger.records.instrument import Basis, Confidence, Grade, Shape
from loopledger.register.suggest import suggest
from loopledger.units import Bound

__all__ = ["Description", "describe_error"]

#: The words a field may hold, by the name of the field.
VOCABULARY: Mapping[str, type[StrEnum]] = {
    "kind": Kind, "status": Status, "firmness": Firmness, "grade": Grade, "confidence": Confidence,
    "role": Role, "shape": Shape, "basis": Basis, "bound": Bound,
}  # fmt: skip

_TYPES = {
    "string_type": "text", "bool_type": "true or false", "int_type": "a whole number",
    "tuple_type": "a list", "list_type": "a list", "dict_type": "a mapping", "model_type": "a mapping",
    "model_attributes_type": "a mapping",
}  # fmt: skip
_LONG = 60

#: Code, what is wanted, and a hint, for texts with a form.
_FORMS = {
    "published": ("RG114", "a date", "YYYY-MM-DD, YYYY-MM, YYYY or null"),
    "url": ("RG125", "a web address", "a scheme, a host and no blanks: https://example.org/page"),
    "cik": ("RG126", "ten digits", "fill up with zeros and put it in quotes"),
    "lei": ("RG126", "a legal entity identifier", "eighteen letters or digits and two check digits"),
    "country": ("RG126", "a country code", "two capital letters, ISO 3166"),
}
_ID_FORM = ("RG113", "an id", "lower-case letters, digits and single hyphens, 80 at most")
_AMOUNT_FORM = "value and currency, or low, high and currency with bound: range"
_EXAMPLES = {
    "amount": "for instance up to USD 15 bn, or USD 17.4 bn to 19.4 bn",
    "capacity": "for instance up to 1 GW, or 200 MW to 250 MW",
}
_NUMBERS = {
    "term_years": "years, above 0 and at most 100", "count": "a number of things, above 0",
    "year": "a calendar year of four digits", "capacity": "megawatts; count the zeros",
    "mw": "megawatts; count the zeros",
}  # fmt: skip
_MONEY = "currency units, 0 or more; count the zeros"
_FIELDS = ("low", "high", "bound")
_EVIDENCE_FORM = "at least one source, with url, publisher, published, says and grade"


@dataclass(frozen=True, slots=True, kw_only=True)
class Description:
    """The words of a problem, without its place."""

    code: str
    message: str
    hint: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Fault:
    """One error of pydantic: the field's name, and the record it belongs to."""

    name: str
    error: ErrorDetails
    model: type[BaseModel]

    @property
    def value(self) -> object:
        return self.error["input"]

    @property
    def context(self) -> Mapping[str, object]:
        return self.error.get("ctx", {})


def _shown(value: object) -> str:
    match value:
        case None:
            return "empty"
        case bool():
            return str(value).lower()
        case Mapping():
            return "a mapping"
        case Sequence() if not isinstance(value, str):
            return "a list"
        case int() | Decimal():
            return str(value)
    text = str(value)
    return f'"{text[:_LONG]}…"' if len(text) > _LONG else f'"{text}"'


def _missing(fault: _Fault) -> Description:
    if fault.name == "evidence":
        return Description(code="RG124", message="there is no evidence", hint=_EVIDENCE_FORM)
    info = fault.model.model_fields.get(fault.name)
    hint = info.description if info and info.description else f"add a line {fault.name}: ..."
    if fault.name in VOCABULARY:
        hint = f"one of {', '.join(VOCABULARY[fault.name])}"
    return Description(code="RG106", message=f'missing field "{fault.name}"', hint=hint)


def _unknown(fault: _Fault) -> Description:
    hint = suggest(fault.name, fault.model.model_fields)
    return Description(code="RG107", message=f'unknown field "{fault.name}"', hint=hint)


def _word(fault: _Fault) -> Description:
    shown = _shown(fault.value)
    if fault.name == "cash":
        message = f"cash is neither true, false nor secondary: {shown}"
        return Description(code="RG109", message=message, hint=suggest(fault.value, ["secondary"]))
    known = list(VOCABULARY[fault.name])
    if not isinstance(fault.value, str):
        message = f"{fault.name} must be a word, not {shown}"
        return Description(code="RG108", message=message, hint=f"known: {', '.join(known)}")
    return Description(
        code="RG109", message=f"unknown {fault.name} {shown}", hint=suggest(fault.value, known)
    )


def _form(fault: _Fault) -> Description:
    if isinstance(fault.value, str) and not fault.value.strip():
        return _short(fault)
    code, wanted, hint = _FORMS.get(fault.name, _ID_FORM)
    return Description(code=code, message=f"{fault.name} is not {wanted}: {_shown(fault.value)}", hint=hint)


def _short(fault: _Fault) -> Description:
    if fault.name == "evidence":
        return Description(code="RG124", message="there is no evidence", hint=_EVIDENCE_FORM)
    return Description(code="RG106", message=f"{fault.name} is empty", hint="write it, or remove the record")


def _quantity(fault: _Fault) -> Description:
    field, raw = str(fault.context.get("field", "")), fault.value
    inner, label = (raw.get(field), field) if isinstance(raw, Mapping) and field in raw else (raw, fault.name)
    match fault.error["type"]:
        case "quantity_bound":
            hint = suggest(inner, list(Bound))
            return Description(code="RG109", message=f"unknown bound {_shown(inner)}", hint=hint)
        case "quantity_currency":
            hint = "an ISO 4217 code such as USD"
            return Description(code="RG112", message=f"unknown currency {_shown(inner)}", hint=hint)
        case "quantity_number":
            message = f"{label} must be a number, not {_shown(inner)}"
            return Description(code="RG108", message=message, hint="plain digits without quotes")
        case "quantity_size":
            message = f"{label} must be between 0 and 1e18, not {_shown(inner)}"
            hint = _NUMBERS.get(label, _NUMBERS.get(fault.name, _MONEY))
            return Description(code="RG111", message=message, hint=hint)
        case "quantity_key":
            hint = suggest(
                field, ["mw", *_FIELDS] if fault.name == "capacity" else ["value", "currency", *_FIELDS]
            )
            return Description(code="RG107", message=f'unknown field "{field}" of {fault.name}', hint=hint)
        case "quantity_order":
            message = f"{fault.name} runs from the larger end to the smaller: {fault.context['message']}"
            return Description(code="RG127", message=message, hint="write the smaller end first")
    if isinstance(raw, Mapping):
        message = f"{fault.name} {fault.context.get('message', '')}"
        return Description(code="RG110", message=message, hint=_AMOUNT_FORM if fault.name == "amount" else "")
    why = f": {fault.context['message']}" if field else ""
    message = f"{fault.name} is not a quantity: {_shown(raw)}{why}"
    return Description(code="RG110", message=message, hint=_EXAMPLES.get(fault.name, ""))


def _size(fault: _Fault) -> Description:
    wanted = fault.error["msg"].replace("Input should be", "must be")
    message = f"{fault.name} {wanted}, not {fault.value}"
    return Description(code="RG111", message=message, hint=_NUMBERS.get(fault.name, _MONEY))


def _day(fault: _Fault) -> Description:
    message = f"{fault.name} is not a day: {_shown(fault.value)}"
    return Description(code="RG114", message=message, hint="YYYY-MM-DD")


#: What to write where something of another type stands.
_INSTEAD = {
    "text": "write a word or a sentence", "true or false": "without quotes",
    "a list": "begin each member with a hyphen", "a whole number": "plain digits without quotes",
    "a mapping": "write its fields below it, one a line",
}  # fmt: skip


def _type(fault: _Fault) -> Description:
    if fault.name == "cash":
        return _word(fault)
    wanted = _TYPES.get(fault.error["type"], "something else")
    is_number = isinstance(fault.value, int | Decimal) and not isinstance(fault.value, bool)
    hint = "put it in quotes" if wanted == "text" and is_number else _INSTEAD.get(wanted, "see the format")
    return Description(
        code="RG108", message=f"{fault.name} must be {wanted}, not {_shown(fault.value)}", hint=hint
    )


_DESCRIBE: Mapping[str, Callable[[_Fault], Description]] = {
    "missing": _missing, "extra_forbidden": _unknown, "enum": _word, "string_pattern_mismatch": _form,
    "string_too_long": _form, "too_short": _short, "string_too_short": _short, "value_error": _quantity,
    "quantity_bound": _quantity, "quantity_currency": _quantity, "quantity_number": _quantity,
    "quantity_size": _quantity, "quantity_shape": _quantity, "quantity_key": _quantity,
    "quantity_order": _quantity, "day": _day, "greater_than": _size, "greater_than_equal": _size,
    "less_than_equal": _size,
}  # fmt: skip


def describe_error(name: str, error: ErrorDetails, model: type[BaseModel]) -> Description:
    """Return code, message and hint for one error of pydantic.

    Parameters
    ----------
    name : str
        The field it is about.
    error : ErrorDetails
    model : type
        The record that the field belongs to.
    """
    return _DESCRIBE.get(error["type"], _type)(_Fault(name=name, error=error, model=model))
