"""Ask a language model for its reading, once: answers are kept as JSON Lines and used again."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from loopledger.errors import SourceError, plain_words
from loopledger.read.llm.answer import INSTRUCTIONS, Answer

if TYPE_CHECKING:
    from loopledger.sources import Document

__all__ = ["MAX_CHARACTERS", "ask"]

#: The longest text that is sent [characters]; a longer one has to be cut by a person, who knows where.
MAX_CHARACTERS = 200_000


def ask(document: Document, model: Any, *, answers: Path | None = None) -> Answer:  # noqa: ANN401
    """Return a model's answer on a document, from the file of answers if it holds one.

    Parameters
    ----------
    document : Document
    model : str or pydantic_ai.models.Model
        As pydantic-ai names it, ``provider:model``.
    answers : pathlib.Path, optional
        A file of JSON Lines. An answer is looked up there by document, model and instructions; a new one is
        appended as it came, before it is checked.

    Returns
    -------
    Answer

    Raises
    ------
    SourceError
        If the text is too long, the file of answers is broken, the extra is not installed, or the model
        cannot be reached or answers in another form.
    """
    text = "\n\n".join(block.text for block in document.blocks)
    if len(text) > MAX_CHARACTERS:
        msg = f"{document.name}: {len(text):,} characters, more than the {MAX_CHARACTERS:,} sent to a model"
        raise SourceError(msg, hint="cut the document into parts")
    key = {"document": _hash(text), "model": _name(model), "instructions": _hash(INSTRUCTIONS)}
    kept = _kept(answers, key) if answers else None
    if kept is None:
        kept = _asked(text, model, document.name)
        if answers:
            _append(answers, key | {"answer": kept})
    try:
        return Answer.model_validate(kept)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        msg = f"{document.name}: the answer of {key['model']} has another form: {where}: {plain_words(first['msg'])}"
        raise SourceError(msg, hint="ask again, or take another model") from None


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _name(model: Any) -> str:  # noqa: ANN401
    return model if isinstance(model, str) else f"{model.system}:{model.model_name}"


def _kept(path: Path, key: dict[str, str]) -> Any | None:  # noqa: ANN401
    """Return the last answer that a file holds under a key."""
    if not path.exists():
        return None
    found = None
    try:
        lines = path.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        msg = f"{path}: cannot be read: {error}"
        raise SourceError(msg, hint="give a file of answers that this command wrote") from None
    for number, line in enumerate(lines, start=1):
        try:
            row = json.loads(line)
            kept, answer = {name: row[name] for name in key}, row["answer"]
            found = answer if kept == key else found
        except (ValueError, KeyError, TypeError):
            msg = f"{path}:{number}: not an answer of a model"
            raise SourceError(
                msg, hint="each line is an object with document, model, instructions, answer"
            ) from None
    return found


def _append(path: Path, row: dict[str, Any]) -> None:
    line = json.dumps(row, ensure_ascii=False, sort_keys=True) + "\n"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8", newline="\n") as file:
            file.write(line)
    except OSError as error:
        msg = f"{path}: cannot be written: {error.strerror}"
        raise SourceError(msg, hint="name a file in a folder of yours") from None


def _asked(text: str, model: Any, name: str) -> Any:  # noqa: ANN401
    try:
        from pydantic_ai import Agent  # noqa: PLC0415 (an extra, and a second to import)
        from pydantic_ai.exceptions import AgentRunError, UserError  # noqa: PLC0415
    except ImportError:
        msg = "reading with a language model needs the extra `llm`, which is not installed"
        raise SourceError(msg, hint="pip install 'loopledger[llm]', and the provider's package") from None
    try:
        agent = Agent(model, output_type=Answer, instructions=INSTRUCTIONS, retries=2)
        result = agent.run_sync(f"<document>\n{text}\n</document>", model_settings={"temperature": 0.0})
    except (AgentRunError, UserError, ImportError, OSError) as error:
        reason = str(error).splitlines()[0][:300] if str(error) else type(error).__name__
        msg = f"{name}: the model gives no answer: {reason}"
        raise SourceError(msg, hint="check the name of the model, its key and the network") from None
    return result.output.model_dump(mode="json")
