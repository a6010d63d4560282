"""Which options of a command go together: one table, and a command that refuses the rest with a sentence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import typer
from typer.core import TyperCommand

from loopledger.errors import plain_words

__all__ = ["Command", "use_in"]

_Options = frozenset[str]

_RUN: _Options = frozenset({"--from", "--to", "--register", "--known-on", "--assumptions", "--json"})
_OF_REGISTER: _Options = frozenset({"--register", "--known-on", "--assumptions"})

#: By command, each question that takes the place of its plain answer, and the options that it heeds.
_QUESTIONS: Mapping[str, Mapping[str, _Options]] = {
    "flows": {
        "--party": _RUN | {"--by", "--contracts-only"},
        "--estimated": _RUN | {"--by"},
        "--hold-out": _RUN | {"--by"},
        "--sources": _RUN | {"--by", "--through"},
        "--funding": _RUN | {"--by", "--inputs", "--top"},
    },
    "stress": {
        "--list": frozenset({"--json"}),
        "--episodes": frozenset({"--register", "--assumptions", "--json"}),
        "--rank": _RUN | {"SCENARIO", "--move", "--draws", "--seed", "--workers"},
        "--break": _RUN | {"SCENARIO", "--move", "--most", "--norm"},
    },
}

#: By command, each option that does something only beside one of others.
_NEEDS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "brief": {"--keep": ("--fetch",)},
    "flows": {"--inputs": ("--funding",), "--through": ("--sources",)},
    "loops": {"--seed": ("--rewirings",)},
    "read": {"--answers": ("--model",), "--keep": ("--fetch",)},
    "register add": {"--keep": ("--fetch",)},
    "stress": {
        "--most": ("--break",),
        "--norm": ("--reverse", "--break"),
        "--resume": ("--draws",),
        "--seed": ("--draws",),
    },
}

#: By command, each option that stands alone: what it leaves no use for, and why.
_ALONE: Mapping[str, Mapping[str, tuple[_Options, str]]] = {
    "explain": {"--brief": (_OF_REGISTER, "a brief stands alone")},
    "funding": {"--flows": (_OF_REGISTER, "a payment table stands alone")},
    "loops": {"--flows": (_OF_REGISTER | {"--estimated"}, "a payment table stands alone")},
    "register add": {"--into": (frozenset({"--register"}), "the register of --into is read and written")},
    "register fmt": {"FILES": (frozenset({"--register"}), "the files named are all that is formatted")},
}


class Command(TyperCommand):
    """A command that never ignores an option in silence."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Read the arguments, and refuse an option without its value or without an effect."""
        try:
            rest = super().parse_args(ctx, args)
        except typer.BadParameter as error:
            error.message = plain_words(error.message)
            raise
        names = {name for parameter in self.params for name in parameter.opts if name.startswith("-")}
        given: dict[str, Any] = {}
        for parameter in self.params:
            source = ctx.get_parameter_source(parameter.name or "")
            if source is not None and source.name == "COMMANDLINE":
                given[_name(parameter)] = ctx.params.get(parameter.name or "")
        for option, value in given.items():
            if option.startswith("-"):
                _refuse_swallowed(ctx, option, value, names)
        for sentence in _faults(_path(ctx), frozenset(given)):
            ctx.fail(sentence)
        return rest


def use_in(*apps: typer.Typer) -> None:
    """Make every command of the applications one that refuses what it would ignore."""
    for app in apps:
        for command in app.registered_commands:
            command.cls = Command


def _name(parameter: Any) -> str:
    """Return an option's first name, or what the usage calls an argument."""
    if parameter.param_type_name == "option":
        return str(parameter.opts[0])
    return str(parameter.metavar or parameter.name).strip("[].")


def _path(ctx: Any) -> str:
    """Return the names of a command below the program's own."""
    names: list[str] = []
    while ctx is not None and ctx.parent is not None:
        names.append(ctx.info_name or "")
        ctx = ctx.parent
    return " ".join(reversed(names))


def _refuse_swallowed(ctx: Any, option: str, value: Any, names: Iterable[str]) -> None:
    """Refuse an option that took the next option for its value, as in ``--seller --json``."""
    for one in value if isinstance(value, list | tuple) else [value]:
        if str(one) in names:
            ctx.fail(f"{option} has no value: {one} is the next option")


def _faults(command: str, given: _Options) -> Iterator[str]:
    """Yield what is wrong with the options given to a command."""
    questions = _QUESTIONS.get(command, {})
    asked = [question for question in questions if question in given]
    if len(asked) > 1:
        yield f"ask one question at a time: {_words(asked, 'or')}"
    for question in asked:
        idle = sorted(given - questions[question] - {question})
        if idle:
            yield f"{_words(idle)} {_do(idle)} nothing with {question}; {_leave(idle)}"
    for option, others in _NEEDS.get(command, {}).items():
        if option in given and not given & set(others):
            yield f"{option} goes with {_words(others, 'or')}, and does nothing alone"
    for option, (idle_beside, why) in _ALONE.get(command, {}).items():
        idle = sorted(given & idle_beside)
        if option in given and idle:
            yield f"{_words(idle)} {_do(idle)} nothing with {option}: {why}; {_leave(idle)}"


def _words(names: Iterable[str], last: str = "and") -> str:
    *most, end = names
    return f"{', '.join(most)} {last} {end}" if most else end


def _do(names: list[str]) -> str:
    return "does" if len(names) == 1 else "do"


def _leave(names: list[str]) -> str:
    return f"leave {'it' if len(names) == 1 else 'them'} out"
