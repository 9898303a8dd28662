"""The forget step: the texts of an outlet go, what was read in them stays."""

from crawler.captures import CaptureStore
from kb.database import Base
from pipeline.step import StepResult, journalled


def forget(base: Base, captures_address: str, outlet: str) -> StepResult:
    """Stop watching an outlet, and remove its captures and the texts of its reports.

    A file of captures is replaced by one that holds only those of others. Killed half-way and run again, it ends in the
    same state.

    Raises:
        CapturesInUse: a crawl is writing to such a file.
    """
    with journalled(base, "forget") as result:
        base.outlets.forget(outlet)
        store = CaptureStore(captures_address)
        for warc in base.captures.files_of(outlet):
            with store.replacing(warc):
                others = base.captures.in_file_of_others(warc, outlet)
                base.captures.moved(store.copied(others))
        store.close()
        base.captures.forget(outlet)
        result.done = base.reports.forget_texts(outlet)
    return result
