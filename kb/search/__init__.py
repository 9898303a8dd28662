"""Search over incidents, reports and claims: a neutral query in, neutral results out, whatever the engine."""

from kb.search.engine import EngineUnavailable, Refusal, SearchAddressRefused, SearchEngine, WalkEnded, open_engine

__all__ = ["EngineUnavailable", "Refusal", "SearchAddressRefused", "SearchEngine", "WalkEnded", "open_engine"]
