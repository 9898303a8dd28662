"""The query language: what a person types, as a tree and remarks on what was odd in it. No text is an error."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from difflib import get_close_matches
from typing import Final, cast

from lark import Lark, Token, Transformer_NonRecursive

from kb.model import Conduct, PartialDate, ResponseCode, Stage
from kb.search.fields import ASKED, BY_NAME, NO_RESPONSE, ORIGINS, TIMES, Matching, Time
from kb.search.tree import And, During, FieldValue, Leaf, Node, Not, Or, Phrase, Prefix, Words, both, either, neither

LONGEST: Final = 400
"""Of a longer text only so many characters are read."""
_DEEPEST = 8
"""Groups within groups; engines bound how deep a query may go."""
_MOST_REMARKS = 5
_DATE_FIELDS = ("before", "after", *TIMES)
FIELD_NAMES: Final = (*ASKED, *_DATE_FIELDS)
"""What can stand before a colon."""
_AROUND_VALUE = "-/:*"
_AROUND_KEYWORD = re.compile(r"^\W+|\W+$")
_CODES: Final = {
    "conduct": [code.value for code in Conduct],
    "stage": [code.value for code in Stage],
    "response": [*(code.value for code in ResponseCode), NO_RESPONSE],
    "origins": [*ORIGINS],
}

GRAMMAR: Final = r"""
start: any?
?any: all
    | any _OR all             -> either
?all: one
    | all _AND? one           -> both
?one: _NOT one                -> neither
    | FIELD value             -> in_field
    | FIELD_WORD              -> word_in_field
    | WORD                    -> word
    | value
?value: "(" any ")"
    | QUOTED                  -> phrase
    | UNCLOSED                -> phrase

_OR.5: /OR(?![^\s()"“”„])/
_AND.5: /AND(?![^\s()"“”„])/
_NOT.5: /NOT(?![^\s()"“”„])|-+(?=[^\s)\-])/
FIELD.4: /[A-Za-z][A-Za-z_-]*:(?=["“”„(])/
FIELD_WORD.4: /[A-Za-z][A-Za-z_-]*:[^\s()"“”„:\/][^\s()"“”„]*/
QUOTED.3: /["“”„][^"“”„]*["“”„]/
UNCLOSED.2: /["“”„][^"“”„]*/
WORD: /[^\s()"“”„]+/
LPAR: "("
RPAR: ")"
%ignore /\s+/
"""
_LARK = Lark(GRAMMAR, parser="lalr", lexer="basic")
_OPERANDS = frozenset({"WORD", "FIELD_WORD", "QUOTED", "UNCLOSED"})
_BETWEEN = frozenset({"_OR", "_AND"})
_BEFORE = frozenset({"_NOT", "FIELD"})


@dataclass(frozen=True, slots=True)
class Understood:
    """What a text asks for, None for everything, and remarks for the person who typed it."""

    wanted: Node | None
    remarks: tuple[str, ...] = ()


def read(text: str) -> Understood:
    """The best reading of a text.

    Words must all be found, a "phrase" as it is written; OR, NOT or a minus, (groups), field:value and beginnings* do
    what they do elsewhere. Operators are words in capitals; AND binds tighter than OR and goes without saying. Every
    text has a reading: what cannot be understood is left aside and remarked on.
    """
    remarks: list[str] = []
    if len(text) > LONGEST:
        remarks.append(f"Only the first {LONGEST} characters of the search were used.")
    clean = text[:LONGEST].encode(errors="replace").decode()
    no_word = f"There is no word in “{clean.strip()}”: everything is listed."
    if clean.strip() and not _has_word(clean):
        return Understood(None, (*remarks, no_word))
    parser = _LARK.parse_interactive(clean)
    tokens = parser.lexer_thread.lex(parser.parser_state)  # type: ignore[no-untyped-call]
    for token in _Repair(remarks).repaired(tokens):
        parser.feed_token(token)
    wanted = _Reader(remarks).transform(parser.feed_eof())  # type: ignore[no-untyped-call]
    if clean.strip() and wanted is None and not remarks:
        remarks.append(no_word)
    return Understood(wanted, tuple(dict.fromkeys(remarks))[:_MOST_REMARKS])


class _Repair:
    """Makes of any tokens some that the grammar takes: leaves operators without operands aside, closes groups."""

    def __init__(self, remarks: list[str]) -> None:
        self._remarks = remarks
        self._kept: list[Token] = []
        self._depth = 0
        self._too_deep = 0

    def repaired(self, tokens: Iterable[Token]) -> Sequence[Token]:
        for token in tokens:
            self._take(token)
        while self._depth:
            self._remark("A bracket is not closed: the group was read to the end.")
            self._close(Token("RPAR", ")"))
        self._drop_dangling(_BETWEEN | _BEFORE)
        return self._kept

    def _take(self, token: Token) -> None:
        if token.type == "LPAR":
            self._open(token)
        elif token.type == "RPAR":
            self._close(token)
        elif token.type in _BETWEEN and not self._follows_operand():
            self._left_aside(token)
        else:
            self._kept.append(token)

    def _open(self, token: Token) -> None:
        if self._depth == _DEEPEST:
            self._too_deep += 1
            self._remark(f"Brackets within brackets are read {_DEEPEST} deep: those further in were left aside.")
            return
        self._depth += 1
        self._kept.append(token)

    def _close(self, token: Token) -> None:
        if self._too_deep:
            self._too_deep -= 1
        elif not self._depth:
            self._remark("A bracket is closed that was not opened: it was left aside.")
        else:
            self._depth -= 1
            self._drop_dangling(_BETWEEN | _BEFORE)
            if self._kept[-1].type == "LPAR":
                self._kept.pop()
                self._drop_dangling(_BEFORE)
            else:
                self._kept.append(token)

    def _drop_dangling(self, types: frozenset[str]) -> None:
        while self._kept and self._kept[-1].type in types:
            self._left_aside(self._kept.pop())

    def _follows_operand(self) -> bool:
        return bool(self._kept) and self._kept[-1].type in _OPERANDS | {"RPAR"}

    def _left_aside(self, token: Token) -> None:
        sides = "before and after it" if token.type in _BETWEEN else "after it"
        self._remark(f"“{token}” needs something {sides}: it was left aside.")

    def _remark(self, remark: str) -> None:
        self._remarks.append(remark)


class _Reader(Transformer_NonRecursive[Token, Node | None]):
    """Makes the tree, bottom up; a part without a word in it is None."""

    def __init__(self, remarks: list[str]) -> None:
        super().__init__()
        self._remarks = remarks

    def start(self, parts: list[Node | None]) -> Node | None:
        return parts[0] if parts else None

    def either(self, parts: list[Node | None]) -> Node | None:
        return either(parts[0], parts[-1])

    def both(self, parts: list[Node | None]) -> Node | None:
        return both(parts[0], parts[-1])

    def neither(self, parts: list[Node | None]) -> Node | None:
        return neither(parts[-1])

    def word(self, parts: list[Token]) -> Node | None:
        text = str(parts[0])
        if text.endswith(":") and text[:-1].lower() in FIELD_NAMES:
            self._remarks.append(f"“{text}” has no value: write {text}value without a blank. It was left aside.")
            return None
        kind = Prefix if text.endswith("*") else Words
        return kind(text.rstrip("*")) if _has_word(text) else None

    def phrase(self, parts: list[Token]) -> Node | None:
        if parts[0].type == "UNCLOSED":
            self._remarks.append("A quotation mark is not closed: everything after it was read as one phrase.")
        text = parts[0][1:-1] if parts[0].type == "QUOTED" else parts[0][1:]
        return Phrase(text) if _has_word(text) else None

    def word_in_field(self, parts: list[Token]) -> Node | None:
        token: Token | None = parts[0]
        excluded = False
        while token is not None and token.type == "FIELD_WORD":
            name, _, value = token.partition(":")
            text, excluded = value.lstrip("-"), excluded != value.startswith("-")
            if name.lower() in FIELD_NAMES:
                node = self._within(name.lower(), self.word([Token("WORD", text)]))
                return neither(node) if excluded else node
            self._unknown(name)
            token = next(_LARK.lex(text), None)
        node = self.word([token]) if token is not None and token.type == "WORD" else None
        return neither(node) if excluded else node

    def in_field(self, parts: list[Token | Node | None]) -> Node | None:
        name, node = str(parts[0]).removesuffix(":"), cast(Node | None, parts[1])
        if name.lower() in FIELD_NAMES:
            return self._within(name.lower(), node)
        self._unknown(name)
        return node

    def _unknown(self, name: str) -> None:
        near = get_close_matches(name.lower(), FIELD_NAMES, 1)
        advice = f"The nearest is {near[0]}." if near else f"Fields are {', '.join(FIELD_NAMES)}."
        self._remarks.append(f"There is no field “{name}”, so that what follows it was looked for everywhere. {advice}")

    def _within(self, name: str, node: Node | None) -> Node | None:
        """The node with its words looked for in this field alone."""
        match node:
            case And(parts):
                return both(*(self._within(name, part) for part in parts))
            case Or(parts):
                return either(*(self._within(name, part) for part in parts))
            case Not(part):
                return neither(self._within(name, part))
            case Words() | Phrase() | Prefix():
                return self._during(name, node) if name in _DATE_FIELDS else self._field_value(name, node)
            case _:
                return node

    def _field_value(self, name: str, value: Leaf) -> Node | None:
        if BY_NAME[name].matching is not Matching.KEYWORD:
            return FieldValue(name, type(value)(value.text.strip(_AROUND_VALUE)))
        if name in _CODES and not isinstance(value, Prefix):
            return self._code(name, value.text.strip(" ,;.!?"))
        return FieldValue(name, type(value)(_AROUND_KEYWORD.sub("", value.text)))

    def _code(self, name: str, text: str) -> FieldValue:
        """A value of a field that has few of them, which are all known."""
        code = "-".join(re.findall(r"\w+", text.lower()))
        if code in _CODES[name]:
            return FieldValue(name, Words(code))
        near = get_close_matches(code, _CODES[name], 1)
        if near:
            self._remarks.append(f"There is no {name} “{text}”: it was read as {near[0]}.")
            return FieldValue(name, Words(near[0]))
        self._remarks.append(
            f"There is no {name} “{text}”, so that nothing has it. There are {', '.join(_CODES[name])}."
        )
        return FieldValue(name, Words(code))

    def _during(self, name: str, value: Leaf) -> Node | None:
        begins, dots, ends = value.text.partition("..") if name in TIMES else (value.text, "", "")
        try:
            asked = self._range(begins, ends) if dots else _period(begins)
            if name == "before" and asked[0]:
                return During("published", None, asked[0] - timedelta(days=1))
        except (ValueError, OverflowError):
            forms = f"{name}:2026, {name}:2026-06 or {name}:2026-06-24"
            self._remarks.append(f"“{value.text}” is no date: write {forms}. It was left aside.")
            return None
        if name == "after":
            return During("published", asked[0], None)
        return During(cast(Time, name), *asked)

    def _range(self, begins: str, ends: str) -> tuple[date | None, date | None]:
        """The first and last day of a range, either end of which may be open; one turned round is turned back.

        Raises:
            ValueError: an end is no date.
        """
        first, last = (_period(end) if end else None for end in (begins, ends))
        if first and last and first > last:
            self._remarks.append(f"“{begins}..{ends}” ends before it begins: it was read as {ends}..{begins}.")
            first, last = last, first
        return first and first[0], last and last[1]


def _period(text: str) -> tuple[date, date]:
    """The first and last day of a date as precise as it is written.

    Raises:
        ValueError: it is no date.
    """
    found = PartialDate(text.strip(" ,;.!?").upper())
    return found.earliest(), found.latest()


def _has_word(text: str) -> bool:
    return any(character.isalnum() for character in text)
