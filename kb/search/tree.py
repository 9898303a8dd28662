"""What is searched for, as a tree that every engine translates into its own language."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import assert_never

from kb.search.fields import BY_NAME, Matching, Time


@dataclass(frozen=True, slots=True)
class Words:
    """A word; an engine may see several in it ("wi-fi"), which must then follow each other."""

    text: str


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words that follow each other as they are written, unstemmed."""

    text: str


@dataclass(frozen=True, slots=True)
class Prefix:
    """Every word that begins so, unstemmed."""

    text: str


Leaf = Words | Phrase | Prefix


@dataclass(frozen=True, slots=True)
class FieldValue:
    """Something in one field alone. In a keyword field it is the whole value, or with a prefix its beginning."""

    field: str
    value: Leaf


@dataclass(frozen=True, slots=True)
class During:
    """A time that overlaps the days from first to last, both inclusive; None leaves that end open.

    Nothing has such a time where the first day lies after the last.
    """

    time: Time
    first: date | None
    last: date | None


@dataclass(frozen=True, slots=True)
class Not:
    """Everything but this; by itself, and within `Or`, everything else of the kind searched for."""

    part: "Node"


@dataclass(frozen=True, slots=True)
class And:
    """Every part, each of which may be found in another field."""

    parts: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Or:
    """At least one part."""

    parts: tuple["Node", ...]


Node = Words | Phrase | Prefix | FieldValue | During | Not | And | Or


def both(*nodes: Node | None) -> Node | None:
    """All of these at once, without those that are None."""
    parts: list[Node] = []
    for node in nodes:
        if node is not None:
            parts += node.parts if isinstance(node, And) else [node]
    return _joined(And, parts)


def either(*nodes: Node | None) -> Node | None:
    """At least one of these, without those that are None."""
    parts: list[Node] = []
    for node in nodes:
        if node is not None:
            parts += node.parts if isinstance(node, Or) else [node]
    return _joined(Or, parts)


def neither(node: Node | None) -> Node | None:
    """All but this; what is excluded twice is asked for."""
    return node.part if isinstance(node, Not) else Not(node) if node is not None else None


def _joined(kind: type[And] | type[Or], parts: list[Node]) -> Node | None:
    return kind(tuple(parts)) if len(parts) > 1 else parts[0] if parts else None


def wanted_leaves(node: Node | None) -> Iterator[Leaf | FieldValue]:
    """The words and values that a result may have, in order; not those that it must not have, and no times."""
    match node:
        case And(parts) | Or(parts):
            for part in parts:
                yield from wanted_leaves(part)
        case Words() | Phrase() | Prefix() | FieldValue():
            yield node
        case None | Not() | During():
            return
        case _:
            assert_never(node)


def is_ranked(node: Node | None) -> bool:
    """Whether one result can answer it better than another: it asks for words, and not only for values and times."""
    return any(not isinstance(leaf, FieldValue) or _is_text(leaf.field) for leaf in wanted_leaves(node))


def marked_leaves(node: Node | None) -> tuple[Leaf, ...]:
    """What is marked in the passages of a result: words asked for, and the parties asked for by field."""
    found = [leaf for leaf in wanted_leaves(node) if not isinstance(leaf, FieldValue)]
    parties = [leaf for leaf in wanted_leaves(node) if isinstance(leaf, FieldValue)]
    return (*found, *(leaf.value for leaf in parties if leaf.field in {"accuser", "accused"}))


def with_leaves(node: Node, change: Callable[[Leaf], Leaf]) -> Node:
    """The tree with every wanted leaf changed, within text fields too."""
    match node:
        case And(parts) | Or(parts):
            return type(node)(tuple(with_leaves(part, change) for part in parts))
        case Words() | Phrase() | Prefix():
            return change(node)
        case FieldValue(field, value):
            return FieldValue(field, change(value)) if _is_text(field) else node
        case Not() | During():
            return node
        case _:
            assert_never(node)


def written(node: Node | None) -> str:
    """The tree in the query language: read again it is the same tree."""
    match node:
        case None:
            return ""
        case And(parts):
            return " ".join(_grouped(part) if isinstance(part, Or) else written(part) for part in parts)
        case Or(parts):
            return " OR ".join(written(part) for part in parts)
        case Not(part):
            return f"-{_grouped(part) if isinstance(part, And | Or) else written(part)}"
        case _:
            return _written_leaf(node)


def _written_leaf(node: Leaf | FieldValue | During) -> str:
    match node:
        case FieldValue(field, value):
            return f"{field}:{_written_leaf(value)}"
        case During():
            return _written_time(node.time, node.first, node.last)
        case Words(text):
            return text
        case Phrase(text):
            return f'"{text}"'
        case Prefix(text):
            return f"{text}*"
        case _:
            assert_never(node)


def _written_time(time: Time, first: date | None, last: date | None) -> str:
    if time == "published" and last is None and first is not None:
        return f"after:{first}"
    if time == "published" and first is None and last is not None and last < date.max:
        return f"before:{last + timedelta(days=1)}"
    return f"{time}:{first or ''}..{last or ''}"


def _grouped(node: Node) -> str:
    return f"({written(node)})"


def _is_text(field: str) -> bool:
    return BY_NAME[field].matching is not Matching.KEYWORD
