"""What a page has besides its report, blanked out so that positions stay what they were."""

import re

_LINE = re.compile(
    r"^[ \t>*#-]*(?:read (?:more|next|also|the full)\b|continue reading|more in\b|related(?: stories| articles)?:|see also\b|"
    r"sign up\b|subscribe\b|skip to\b|advertisement|listen to\b|watch:|photo(?:graph)?s?:|image(?: credit)?:|illustration by\b|"
    r"share this|follow us|also read|recommended\b|join \w+|get (?:tickets|the latest)|is (?:a|an|the) .{0,60}"
    r"(?:reporter|writer|editor|correspondent)\b|.{0,60}\| photos? (?:by|via)\b|by [A-Z][\w.]+ [A-Z]\w+$).*$",
    re.IGNORECASE | re.MULTILINE,
)
_ARROW = re.compile(r"^.*→[ \t]*$", re.MULTILINE)
_DATELINE = re.compile(
    r"^[ \t]*(?:[A-ZÀ-Þ][A-ZÀ-Þ.'’-]+(?: [A-ZÀ-Þ][A-ZÀ-Þ.'’-]+){0,3})(?:, [A-Z][\w. ]{1,20})?(?:, (?:\d{1,2} )?[A-Z][a-z]+\.?(?: \d{1,2})?)?"
    r"(?: \([\w ]+\))? ?(?:[—–]|-+) |^[ \t]*(?:[A-Z][a-z]+ )?\((?:Reuters|AP|AFP|Bloomberg)\) ?[—–-]+ ",
    re.MULTILINE,
)
_QUESTIONS = re.compile(
    r"^[ \t#*]*(?:frequently asked questions|faqs?)\b.*\Z", re.IGNORECASE | re.MULTILINE | re.DOTALL
)
_MARKUP = re.compile(r"[*_`#|]{1,4}|<[^<>\n]{1,200}>")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def blanked(text: str) -> str:
    """The text with boilerplate, mark-up and control characters replaced by as many spaces."""
    for pattern in (_CONTROL, _DATELINE, _QUESTIONS, _LINE, _ARROW, _MARKUP):
        text = pattern.sub(lambda match: re.sub(r"[^\n]", " ", match[0]), text)
    return text
