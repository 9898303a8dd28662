"""The index step: what changed in the base becomes searchable."""

import structlog

from kb.database import Base
from kb.search import SearchEngine
from kb.search.indexing import catch_up, is_lost, rebuild
from pipeline.step import StepResult, journalled


def index_changes(base: Base, engine: SearchEngine) -> StepResult:
    """Bring the search index up to the base; one that was lost is made again, which a note then says."""
    with journalled(base, "index") as result:
        if is_lost(base, engine):
            result.notes.append("the search index was empty: it is made again from the base")
            structlog.get_logger().warning("search index lost", step="index", doing="made again from the base")
            indexed = rebuild(base, engine)
        else:
            indexed = catch_up(base, engine)
        result.done, result.failed = indexed.done, indexed.refused
    return result
