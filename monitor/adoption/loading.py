"""Reads one declaration of a project's ``checks`` folder, laid over the built-in one that it extends."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, WithJsonSchema

from monitor import content
from monitor.yamlfile import Document, Problems, nearest, overlaid, present, read


class Closed(BaseModel):
    """The base of what may stand in a file: no other key than those declared."""

    model_config = ConfigDict(extra="forbid", frozen=True)


@dataclass(frozen=True, slots=True)
class Declared:
    """A declaration with what it extends, and the files that were read."""

    document: Document
    files: tuple[str, ...]


def declared(folder: Path, name: str, problems: Problems) -> Declared:
    """``NAME.yaml`` in ``folder`` over the built-in that it extends; where there is no such file, the built-in.

    Raises ConfigurationError when a file cannot be read at all; an ``extends`` that names nothing goes to ``problems``.
    """
    path = folder / f"{name}.yaml"
    library = f"builtin/{name}@1"
    if not present(path):
        base = content.find("checks", library)
        return Declared(read(base), (str(base),))
    document = read(path)
    reference = document.get("extends")
    if not isinstance(reference, str):  # left out, or told as of a wrong type
        return Declared(document, (document.file,))
    fitting = [one for one in content.names("checks") if one.startswith(f"builtin/{name}@")]
    if reference not in fitting:
        near = nearest(reference, fitting, cutoff=40)
        hint = f"did you mean {near!r}?" if near else f"write extends: {library}"
        problems.add(document.problem(f"there is no built-in file {reference!r} for {path.name}", "extends", hint=hint))
        reference = library
    base = content.find("checks", reference)
    return Declared(overlaid(read(base), document), (document.file, str(base)))


LANGUAGES = ("en", "da", "nb")


def titled(value: Any) -> Any:
    """A title is text, or texts per language with English among them."""
    if isinstance(value, dict):
        wrong = [str(key) for key in value if key not in LANGUAGES]
        if wrong:
            raise ValueError(f"has no language {wrong[0]!r}\nwrite en, da or nb")
        if "en" not in value:
            raise ValueError("has no English\nadd en:")
    return value


Title = Annotated[
    str | dict[str, str],
    BeforeValidator(titled),
    WithJsonSchema(
        {"anyOf": [{"type": "string"}, {"type": "object", "additionalProperties": {"type": "string"}}]},
    ),
]


def title_of(title: str | dict[str, str], name: str) -> tuple[str, dict[str, str]]:
    """The plain title and those per language; without one, the name in words."""
    if isinstance(title, dict):
        return title["en"], {key: text for key, text in title.items() if key != "en"}
    return title or name.replace("_", " ").capitalize(), {}
