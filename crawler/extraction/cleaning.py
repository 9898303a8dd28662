"""What stands in a body besides the report: links to other reports, prompts to subscribe, question-and-answer blocks."""

import re
from collections.abc import Sequence

_LINE = re.compile(
    r"^\W*(?:read (?:more|next|also|the full (?:story|article))\b.{0,160}|continue reading\b.{0,120}|more in \w+.{0,40}|related(?: (?:stories|articles|content|reading))?:?.{0,120}|"
    r"see also:?.{0,120}|also read:?.{0,120}|recommended(?: (?:for you|reading))?:?|sign up (?:for|to)\b.{0,120}|subscribe (?:to|now|for|today)\b.{0,120}|"
    r"(?:click|tap) here to .{0,120}|follow us on .{0,120}|share this (?:story|article|post).{0,120}|advertisement|sponsored|skip to (?:main )?content|"
    r"(?:we|this site) uses? cookies.{0,120}|accept (?:all )?cookies.{0,120}|by [A-Z][\w.]+(?: [A-Z]?[\w.]+){1,3}|get (?:the|our) .{0,40}newsletter.{0,120}|join (?:our|the) newsletter.{0,120}|"
    r"enter your email.{0,120}|thank you for (?:subscribing|signing up).{0,120}|.{0,60}newsletter.{0,20}(?:inbox|sign up).{0,120}|listen to this article.{0,120}|"
    r"(?:most (?:read|popular)|trending(?: now)?|top stories|latest news)|tags?:.{0,120}|filed under:.{0,120}|\d+ comments?|leave a comment|"
    r"(?:see more|read more|more|read|watch|also|must[- ]read|related|don['’]t miss|keep reading)\s?:.{0,160}|don['’]t miss(?: this)?|"
    r"text size|order reprints|print(?: this)? article|tell us what you think.{0,120}|advertisement - .{0,60}|story continues(?: below)?.{0,30}|article continues.{0,30})\s*$",
    re.IGNORECASE,
)
_CLOSING = re.compile(
    r"^\W*(?:.{0,80}\ball rights reserved\b.{0,200}|(?:copyright\W{1,5}(?:\(c\)\W*)?\d{4}|©|\(c\) ?\d{4})\s.{0,160}|.{0,40}\bpersonal, non-commercial use only\b.{0,200}|"
    r"(?:follow|find|join|like us) .{0,60}\bon (?:twitter|facebook|instagram|x|linkedin|youtube|telegram|whatsapp|flipboard)\b.{0,200}|"
    r"(?:(?:write|e-?mail|send|contact|reach|tweet) .{2,80}|.{2,60} (?:can|may) be (?:reached|contacted|followed) )(?:at|on|to|via)? ?\S*@\S+.{0,200}|(?:got|have|send) (?:us )?(?:a|any|your)? ?(?:news |story )?tips?\b.{0,200}|"
    r".{0,200}\bstart your .{0,40}\bsubscription\b.{0,100}|(?:get|enjoy|start a) .{0,40}\b(?:access|subscription|free trial)\b.{0,200}|if you (?:enjoyed|liked) this (?:article|story|post)\b.{0,360}|"
    r"(?:get|receive|want) .{0,120}\b(?:in(?:to)?|to) your (?:e-?mail|inbox)\b.{0,200}|join (?:our|the) (?:conversation|commenting).{0,200})\s*$",
    re.IGNORECASE,
)
_CLOSING_LINES = 6
_LONGEST_CLOSING = 400
_OF_REPORTER = re.compile(
    r"^(?:[A-Z][\w.’'-]+ ){1,3}[A-Z][\w’'-]+,? (?:is|was) (?:an?|the) .{0,100}\b(?:reporter|writer|editor|journalist|correspondent|columnist|producer|contributor|fellow)\b"
)
_TO_READERS = re.compile(r"[.!] (?:follow|sign up|subscribe|e-?mail|write to|reach|contact)\b", re.IGNORECASE)
_OF_AUTHOR = r"^\W*(?:.{{1,30}}['’]s )?{}\b.{{0,60}}?\b(?:is|was|are|has|covers|writes|reports|joined|works|can be|contributed)\b"
_TELLS = re.compile(
    r"\b(?:say|says|said|complaint|court|judge|suit|lawsuit|sue|sues|sued|suing|plaintiffs?|accus\w+|alleg\w+)\b.*[.!?][”\"’]?$",
    re.IGNORECASE,
)
"""A sentence of the kind that this base is for: rather a note too much than one of these too few."""
_INLINE = re.compile(
    r"(?:^|(?<=[.!?”\"] ))(?:Read more|Also read|More in)\b[^.→»]{0,160}[→»]|\bContinue reading (?:at|on)\b[^.]{0,80}$",
    re.IGNORECASE,
)
_ARROW = re.compile(r"(?:→|»|›)\s*$")
_QUESTIONS = re.compile(r"^\W*(?:frequently asked questions|faqs?|questions and answers)\W*$", re.IGNORECASE)
_QUESTION_LINE = re.compile(
    r"^\W*(?:q\s*[.:]\s*\S.*|(?:what|who|how|why|when|where|is|are|did|does|can|will)\b.{5,140}\?)\s*$", re.IGNORECASE
)
_LONGEST_LINK = 200
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


def cleaned(body: str, byline: Sequence[str] = (), site: str = "") -> str:
    """The paragraphs of a body that belong to its report.

    Args:
        body: paragraphs, one in each line.
        byline: names of its authors, by which notes on them are told from sentences of the report.
        site: name of the outlet, by which notes on others who write for it are; empty where unknown.
    """
    paragraphs = [_INLINE.sub("", without_controls(line)).strip() for line in body.splitlines()]
    paragraphs = _without_questions([line for line in paragraphs if line])
    return "\n".join(_without_closing([line for line in paragraphs if not _is_furniture(line)], byline, site))


def without_controls(text: str) -> str:
    """The text without control characters, but for tabs and line ends, and without halves of characters."""
    return _CONTROLS.sub("", text)


def _is_furniture(line: str) -> bool:
    return len(line) <= _LONGEST_LINK and not _TELLS.search(line) and bool(_LINE.match(line) or _ARROW.search(line))


def _without_closing(lines: list[str], byline: Sequence[str], site: str) -> list[str]:
    """The lines without those among the last that speak of the outlet, its rights or its authors."""
    notes = [re.compile(_OF_AUTHOR.format(re.escape(name)), re.IGNORECASE) for name in byline if " " in name]
    kept = max(1, len(lines) - _CLOSING_LINES)
    return lines[:kept] + [line for line in lines[kept:] if not _is_closing(line, notes, site)]


def _is_closing(line: str, notes: Sequence[re.Pattern[str]], site: str) -> bool:
    return (
        len(line) <= _LONGEST_CLOSING
        and not _TELLS.search(line)
        and bool(_CLOSING.match(line) or any(note.match(line) for note in notes) or _is_of_reporter(line, site))
    )


def _is_of_reporter(line: str, site: str) -> bool:
    """Whether a line presents somebody who reports for the outlet: it names the outlet, or turns to the readers."""
    return bool(_OF_REPORTER.match(line)) and (bool(site and site in line) or bool(_TO_READERS.search(line)))


def _without_questions(lines: list[str]) -> list[str]:
    """The lines before a block of questions, if what follows its heading begins with one."""
    for n, line in enumerate(lines):
        if _QUESTIONS.match(line) and n + 1 < len(lines) and _QUESTION_LINE.match(lines[n + 1]):
            return lines[:n]
    return lines
