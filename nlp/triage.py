"""The gate before everything dear: which texts cannot hold an allegation over intellectual property and AI."""

import re

_ACCUSES = re.compile(
    r"su(?:e[ds]?|ing|its?)\b|lawsuit|accus|alleg|claim|complain|infring|stole|steal|theft|pirat|\bv\.|letter|legal|court"
    r"|settle|misappropriat|copyright|charged|indict|scrap|distill|plagiari|cop(?:y|ied)|takedown|notice|dispute|\bwrit\b|wrote|demand|insist|\blift(?:ed|ing)|pilfer|siphon|\btook\b|\btak(?:es|ing|en)\b",
    re.IGNORECASE,
)
_SUES = re.compile(
    r"\bsu(?:e[ds]?|its?|ing)\b|lawsuit|to court|legal (?:action|proceedings)|complaint|\bwrit\b|\baccus(?:e|ing)",
    re.IGNORECASE,
)
_PROPERTY = re.compile(
    r"copyright|infring|pirat|trade[- ]secret|intellectual property|scrap|crawl|distill|plagiari|likeness|trademark|patent"
    r"|train|stole|steal|theft|thie[fv]|misappropriat|voice|proprietary|confidential|licen[cs]e|cop(?:y|ied|ies)|publicity"
    r"|answers|journalism|database|scan|recording|photo|picture|image|illustration|font|design|storyboard|file|headnote|stor(?:y|ies)|character|franchise|dress|sticker|docket"
    r"|terms of (?:use|service)|clon|content|source code|works|book|song|music|article|settle",
    re.IGNORECASE,
)
_AI = re.compile(
    r"\bAI\b|\bA\.I\.|artificial intelligence|machine[- ]learning|language model|\bLLMs?\b|chatbot|generative|neural"
    r"|deepfake|ChatGPT|GPT|OpenAI|Anthropic|Claude|Gemini|Copilot|Midjourney|Perplexity|Stability|\bSuno\b|\bUdio\b|DeepSeek"
    r"|\bMeta\b|Nvidia|xAI|Grok|Llama|Databricks|training data|data ?set|scrap|voice clon|robot|self-driving|autonomous"
    r"|generator|synthetic|(?:digital|coding|writing|voice|drafting|shopping) assistant|copilot|\btranscri|\bdubbing|\bavatar|training set"
    r"|\bBard\b|DeepMind|(?-i:\b\w*[a-z]AI\b)|\w\.ai\b|algorithm|Open AI|model|start-?up|\btrain(?:ed|ing|s)? (?:its|a|an|the|their|on)\b|\bclon(?:e|ed|ing)\b",
    re.IGNORECASE,
)


_RIGHTS = re.compile(
    r"copyright|infring|trade[- ]secret|intellectual property|trademark|pirac|pirated|scrap(?:ed|ing)|plagiari|clon(?:e|ed|ing)"
    r"|misappropriat|source code|licen[cs]ed? (?:to|from|its|code|works)",
    re.IGNORECASE,
)
_SHORT = 400


def may_hold_allegation(title: str, text: str) -> bool:
    """Whether the report is worth reading; a False is sure, a True is not."""
    if not text.strip():
        return bool(_ACCUSES.search(title))
    both = f"{title}\n{text}"
    if not _ACCUSES.search(both):
        return False
    if len(both) < _SHORT:
        return True
    if _AI.search(both):
        return bool(_SUES.search(both) or _PROPERTY.search(both))
    return bool(_SUES.search(both) and _RIGHTS.search(both))
