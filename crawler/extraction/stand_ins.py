"""Pages that stand in the place of what was asked for: that there is nothing, or that a person has to prove to be one."""

import re

_LONGEST_TITLE, _LONGEST_TEXT = 80, 1500
_NOTHING = re.compile(
    r"^\W*(?:(?:error\s*)?(?:404|410)\b(?:\W*error)?(?:\W*(?:page |file )?not found)?|(?:this |that |the )?(?:page|article|story|file) (?:is |was |could |can)?\s?(?:not|n?[’']t|no longer) (?:be )?(?:found|available|exists?)|not found|nothing (?:was )?found|page (?:missing|unavailable))\W*(?:$|[|–—-])",
    re.IGNORECASE,
)
_PROOF = re.compile(
    r"^\W*(?:just a moment|attention required|access (?:to this page has been )?denied|(?:are you|confirm (?:that )?you are) (?:a |not a )?(?:robot|human)|before you continue|please (?:verify|enable (?:javascript|js|cookies))|checking your browser|pardon our interruption|security (?:check|verification)|robot check|verify(?:ing)? (?:that )?you are (?:a )?human|(?:we value your|your) privacy(?: choices)?|cookies? (?:consent|settings|preferences))\W*(?:$|\W*[|–—-])",
    re.IGNORECASE,
)


def stands_in(title: str, text: str) -> str:
    """What a page is instead of the one that was asked for, told by its headline and little text; empty if it is none."""
    if len(title) > _LONGEST_TITLE or len(text) > _LONGEST_TEXT:
        return ""
    if _NOTHING.search(title):
        return "the page says that there is nothing at its address"
    if _PROOF.search(title):
        return "the page asks for consent or for a proof that a person reads it, and holds no report"
    return ""
