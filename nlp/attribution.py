"""Where a report has its claim from: the chain from the outlet to the accuser, and the words that mark it as a claim."""

import re

from kb.model import Registry

_DOCUMENT = re.compile(
    r"\b(letter|lawsuit|complaint|filing|court documents?|indictment|memo|statement|suit|notice|report)\b",
    re.IGNORECASE,
)
_OBTAINED = re.compile(
    r"(?:obtained|seen|reviewed|viewed|first reported|reported earlier|as reported) by (?:the )?(?P<by>[A-Z][\w.&’']*(?: [A-Z][\w.&’']*){0,3})"
    r"|(?:told|reported) (?P<told>[A-Z][\w.&’']*(?: [A-Z][\w.&’']*){0,2})"
    r"|according to (?:a report (?:by|from|in) )?(?:the )?(?P<according>[A-Z][\w.&’']*(?: [A-Z][\w.&’']*){0,3})",
)
_HEDGE = re.compile(
    r"\b(allegedly|alleged|alleges|reportedly|purportedly|purported|claims?|what it calls|what they call|what \w+ calls|accus\w+|said to have|according to)\b",
    re.IGNORECASE,
)


def outlets(registry: Registry) -> frozenset[str]:
    """Names of the outlets and agencies that a chain may begin with."""
    kinds = {"news", "media"}
    return frozenset(
        name for each in registry.organisations if each.kind in kinds for name in (each.name, *each.aliases)
    )


def chain(sentences: str, accusers: tuple[str, ...], known_outlets: frozenset[str]) -> tuple[str, ...]:
    """Outlet, document and accuser, as far as the words name them."""
    found: list[str] = []
    for match in _OBTAINED.finditer(sentences):
        name = re.sub(r"[’']s$", "", match["by"] or match["told"] or match["according"] or "").strip(" .")
        if name in known_outlets and name not in accusers:
            found.append(name)
            break
    document = _DOCUMENT.search(sentences)
    if document:
        found.append(document[1].lower())
    return (*found, *accusers[:1])


def hedge(sentence: str) -> str:
    """The first word that marks the sentence as a claim and no fact; empty where there is none."""
    match = _HEDGE.search(sentence)
    return match[0] if match else ""
