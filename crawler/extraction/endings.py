"""What a text says of itself at its ends: that it is cut short, and whose report it was first."""

import re

_SHORT = 1500
_END = 600
_ELSEWHERE = re.compile(r"continue reading (?:at|on)", re.IGNORECASE)
_CUT = re.compile(
    r"(?:subscribe|sign in|log in|register|become a (?:member|subscriber)) to (?:continue|read|keep reading|unlock)|continue reading (?:at|on|with)\b|"
    r"(?:…|\.\.\.|\[…\]|\[\.\.\.\])\s*$|read the (?:full|rest)|to read (?:the|this) (?:full|entire)|this (?:article|story|content) is (?:for|reserved for|available to) (?:subscribers|members)|already a subscriber",
    re.IGNORECASE,
)
_ORIGIN = re.compile(
    r"continue reading (?:at|on) (?P<at>[^\n→»]{3,60})|^[^\n]{0,40}\((?P<agency>Reuters|AP|AFP|Bloomberg|PTI|ANI|dpa)\)\s*[-–—]|"
    r"(?:originally|first) (?:published|appeared) (?:on|in|at|by) (?P<first>[^\n.]{3,60})",
    re.IGNORECASE | re.MULTILINE,
)


def is_truncated(text: str, *, free: bool) -> bool:
    """Whether a page's text is cut short: it ends so, or it is short and the page says that its text is not free."""
    return ends_cut(text[-_END:]) or (not free and len(text) < _SHORT)


def ends_cut(end: str) -> bool:
    """Whether the end of a text says that there is more, which is not shown."""
    return bool(_CUT.search(end))


def leads_elsewhere(text: str) -> bool:
    """Whether a text sends its reader to another outlet for the rest."""
    return bool(_ELSEWHERE.search(text))


def origin(text: str) -> str:
    """The outlet or agency that a text says it was taken from; empty where it does not say."""
    match = _ORIGIN.search(text)
    return next((value.strip(" .") for value in match.groups() if value), "") if match else ""
