"""Reads YAML 1.2 (and so JSON): safe types only, duplicate keys refused, sizes bounded."""

from __future__ import annotations

import errno
from collections.abc import Hashable
from pathlib import Path
from stat import S_ISDIR, S_ISREG
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from ruamel.yaml.reader import ReaderError

from monitor.errors import ConfigurationError, Problem
from monitor.place import Place
from monitor.yamlfile.document import Document

MAX_BYTES = 1_000_000
MAX_NODES = 50_000  # after aliases are written out: a few anchors can stand for billions
MAX_DEPTH = 60
_TAG = "tag:yaml.org,2002:"
_PLAINER = {
    "mapping values are not allowed here": (
        "a colon has no place here",
        "a text with a colon in it needs quotes; or the line above is indented differently",
    ),
    "but found another document": ("a second document begins here", "a file holds one"),
    "found character '\\t' that cannot start any token": ("a tab has no place here", "indent with spaces"),
}
_SCALARS = {"str", "int", "float", "bool", "null", "timestamp"}


def present(path: Path) -> bool:
    """Whether there is a file to read. Where nobody can tell (a folder that may not be looked into, a name that is too
    long), ``read`` says why not."""
    try:
        return path.exists()
    except OSError:
        return True


def size_of(path: Path) -> int:
    """Bytes of a file. Raises OSError also for what has no end, or nobody may ever write into: a device, a pipe."""
    about = path.stat()
    if not (S_ISREG(about.st_mode) or S_ISDIR(about.st_mode)):
        raise OSError(errno.EINVAL, "it is a device or a pipe")
    return about.st_size


def read(path: Path, shown: str = "") -> Document:
    """Read one file; ``shown`` is how messages name it, if not as ``path``.

    Raises ConfigurationError: no such file, not readable, too large, not UTF-8, not YAML, a key given twice,
    a tag that is not plain data, or a top level that is not a mapping.
    """
    file = shown or str(path)
    try:
        if size_of(path) > MAX_BYTES:
            raise _error(Place(file), f"the file is larger than {MAX_BYTES // 1000} kB", "is it the right file?")
        text = path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        raise _error(Place(file), "there is no such file") from None
    except IsADirectoryError:
        raise _error(Place(file), "this is a folder, not a file") from None
    except UnicodeDecodeError:
        raise _error(Place(file), "the file is not UTF-8 text", "save it as UTF-8") from None
    except (OSError, ValueError) as error:
        cause = error.strerror if isinstance(error, OSError) else ""
        raise _error(Place(file), f"the file cannot be read: {cause or 'not a usable name'}") from None
    return parse(text, file)


def parse(text: str, file: str) -> Document:
    """Parse the text of a file; see ``read`` for what it raises."""
    if file.endswith(".json"):
        text = text.replace("\t", " ")  # JSON may be indented with tabs, YAML may not
    try:
        yaml = YAML(typ="safe", pure=True)
        yaml.composer.warn_double_anchors = False  # they are allowed, and the warning would show lines of the file
        root = yaml.compose(text)
    except MarkedYAMLError as error:
        raise ConfigurationError([_syntax(error, file)]) from None
    except ReaderError as error:
        raise _error(_at(text, error.position, file), "a character that may not stand in YAML") from None
    except RecursionError:
        raise _error(Place(file), "nested too deeply") from None
    except (YAMLError, ValueError, TypeError, AttributeError, IndexError, OverflowError) as error:
        # ruamel lets some of Python's own errors through on malformed directives, escapes and tags.
        raise _error(Place(file), f"not valid YAML ({type(error).__name__})") from None
    if root is None:
        raise _error(Place(file, 1, 1), "the file is empty")
    if not isinstance(root, MappingNode):
        raise _error(_start(root, file), "the file must hold a mapping: lines of `key: value`")
    return _Builder(file).document(root)


class _Builder:
    """Turns ruamel's nodes into plain data, noting every place and every problem on the way."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.values: dict[tuple[Any, ...], Place] = {}
        self.keys: dict[tuple[Any, ...], Place] = {}
        self.problems: list[Problem] = []
        self.count = 0
        self.constructor = YAML(typ="safe", pure=True).constructor

    def document(self, root: MappingNode) -> Document:
        data = self.build(root, (), ())
        if self.problems:
            raise ConfigurationError(self.problems)
        return Document(self.file, data, self.values, self.keys)

    def build(self, node: Node, path: tuple[Any, ...], above: tuple[int, ...]) -> Any:
        self.values[path] = _start(node, self.file)
        self.count += 1
        if self.count > MAX_NODES:
            raise _error(_start(node, self.file), f"more than {MAX_NODES:,} values, aliases written out")
        if id(node) in above or len(above) > MAX_DEPTH:
            raise _error(_start(node, self.file), "nested too deeply, or an alias that contains itself")
        above = (*above, id(node))
        if isinstance(node, MappingNode) and node.tag == f"{_TAG}map":
            return self.mapping(node, path, above)
        if isinstance(node, SequenceNode) and node.tag == f"{_TAG}seq":
            return [self.build(item, (*path, index), above) for index, item in enumerate(node.value)]
        return self.scalar(node)

    def mapping(self, node: MappingNode, path: tuple[Any, ...], above: tuple[int, ...]) -> dict[Any, Any]:
        data: dict[Any, Any] = {}
        merges = [value for key, value in node.value if key.tag == f"{_TAG}merge"]
        for merged in merges:
            sources = merged.value if isinstance(merged, SequenceNode) else [merged]
            for source in reversed(sources):  # the first named wins
                self.merge(source, data, path, above)
        own: set[Hashable] = set()
        for key_node, value_node in node.value:
            if key_node.tag == f"{_TAG}merge":
                continue
            key = self.key(key_node)
            if key in own:
                self.problem(key_node, f"the key {key!r} is given twice", "keep one of them")
                continue
            own.add(key)
            self.forget((*path, key))
            self.keys[(*path, key)] = _start(key_node, self.file)
            data[key] = self.build(value_node, (*path, key), above)
        return data

    def merge(self, source: Node, data: dict[Any, Any], path: tuple[Any, ...], above: tuple[int, ...]) -> None:
        if not isinstance(source, MappingNode):
            self.problem(source, "`<<` merges mappings only")
            return
        place = self.values[path]
        data.update(self.build(source, path, above))
        self.values[path] = place

    def forget(self, path: tuple[Any, ...]) -> None:
        """Drop the places of a merged value that the mapping itself gives anew."""
        if path not in self.values:
            return
        for known in (self.values, self.keys):
            for old in [old for old in known if old[: len(path)] == path]:
                del known[old]

    def key(self, node: Node) -> Hashable:
        key = self.scalar(node) if isinstance(node, ScalarNode) else None
        if not isinstance(node, ScalarNode):
            self.problem(node, "a key must be a single word or number")
            return id(node)
        return key if isinstance(key, Hashable) else str(key)

    def scalar(self, node: Node) -> Any:
        kind = str(node.tag).removeprefix(_TAG)
        if not isinstance(node, ScalarNode) or kind not in _SCALARS:
            tag = str(node.tag).replace(_TAG, "!!")[:40]
            self.problem(node, f"the tag {tag} is not supported", "write plain YAML without tags")
            return None
        try:
            value = self.constructor.construct_object(node)
        except (YAMLError, ValueError, TypeError, KeyError, OverflowError):
            self.problem(
                node,
                f"this is no valid {'date' if kind == 'timestamp' else kind}",
                "put it in quotes if it is meant as text",
            )
            return None
        return _whole(value) if isinstance(value, str) else value

    def problem(self, node: Node, message: str, hint: str = "") -> None:
        self.problems.append(Problem(_start(node, self.file), message, hint))


def _whole(text: str) -> str:
    """JSON writes a character beyond 16 bits as two escapes; make it one. Half a pair becomes a replacement mark."""
    if text.isascii() or not any("\ud800" <= letter <= "\udfff" for letter in text):
        return text
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _start(node: Node, file: str) -> Place:
    return Place(file, node.start_mark.line + 1, node.start_mark.column + 1)


def _at(text: str, position: int, file: str) -> Place:
    before = text[:position]
    return Place(file, before.count("\n") + 1, position - (before.rfind("\n") + 1) + 1)


def _syntax(error: MarkedYAMLError, file: str) -> Problem:
    mark = error.problem_mark or error.context_mark
    place = Place(file, mark.line + 1, mark.column + 1) if mark else Place(file)
    words = " ".join(str(error.problem or error.context or "").split()).replace("'<stream end>'", "the end of the file")
    words, hint = _PLAINER.get(words, (words, ""))
    return Problem(place, f"not valid YAML: {words}", hint)


def _error(place: Place, message: str, hint: str = "") -> ConfigurationError:
    return ConfigurationError([Problem(place, message, hint)])
