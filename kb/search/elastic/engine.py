"""The search engine where one machine is outgrown: an index of an Elasticsearch server."""

import itertools
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace

import elasticsearch

from kb.search.documents import SearchDocument, identity
from kb.search.elastic import folding, pages, words
from kb.search.elastic.address import Address
from kb.search.elastic.clauses import alike
from kb.search.elastic.connection import AWAY, NothingTaken, connect, kind_of, told
from kb.search.elastic.mapping import WINDOW, made
from kb.search.elastic.pages import Answer, Body
from kb.search.elastic.versions import Versions
from kb.search.elastic.walks import Place, resume
from kb.search.elastic.writing import write
from kb.search.engine import WALK_SECONDS, Login, Refusal, WalkEnded
from kb.search.query import BEGINNING, Hit, Kind, Query, Results, Spelling

_KEPT = f"{WALK_SECONDS}s"
_FEW, _MOST_NAMED = 10, 3
_TRIES, _PAUSE_SECONDS = 6, 0.1


class ElasticEngine:
    """An index of a server, which any number of processes read and write.

    Args:
        address: where it is.
        login: with what to log in.
        discard_damaged: open it whatever form it has; for one that is about to be made again.

    Raises:
        EngineUnavailable: the server does not answer, or the index cannot be used.
    """

    def __init__(self, address: Address, login: Login, *, discard_damaged: bool = False) -> None:
        self._address = address
        self._client = connect(address, login)
        self._versions = Versions(self._client, address.index)
        with told(address):
            self._versions.ensure(any_form=discard_damaged)

    def search(self, query: Query) -> Results:
        """The page of results that a query asks for."""
        with told(self._address):
            if query.after is None:
                return self._page(query)
            try:
                return self._next_page(query, query.after)
            except elasticsearch.ApiError as error:
                if query.after == BEGINNING or not _has_ended(error):
                    raise
                raise WalkEnded("this walk through the results has ended: begin it again") from error

    def related(self, number: int, size: int = 6) -> tuple[Hit, ...]:
        """Other incidents like the one of this number, those most alike first."""
        itself = {"ids": {"values": [identity("incident", str(number))]}}
        with told(self._address):
            answer = self._asked(
                {"size": 1, "post_filter": itself, "aggs": {"all": {"value_count": {"field": "kind"}}}}
            )
            if not answer["hits"]["hits"]:
                return ()
            most = max(2, int(answer["aggregations"]["all"]["value"]) // 4)
            clause = alike(answer["hits"]["hits"][0]["_source"], most)
            found = self._asked({"query": clause, "size": max(0, size), "_source": pages.SHOWN})
            return tuple(map(pages.hit, found["hits"]["hits"]))

    def spellings(self, word: str) -> tuple[Spelling, ...]:
        """Words that differ from this one by at most two letters, itself among them where the index holds it."""
        sought = folding.words(word).split()
        if len(sought) != 1:
            return ()
        with told(self._address):
            near = words.nearness(sought[0], self._asked(words.near(sought[0])))
            return words.spellings(near, self._asked(words.counted(near)))

    def put(self, documents: Iterable[SearchDocument], gone: Iterable[tuple[Kind, str]] = ()) -> tuple[Refusal, ...]:
        """Take over these documents, new or changed, and forget those gone; searches see all of it at once."""
        new = {document.identity: document for document in documents}
        with told(self._address):
            self._versions.wait_for_others()
            self._versions.check_writable()
            old = {identity(kind, key) for kind, key in gone} | set(self._former_claims(new.values()))
            changes = [*map(_removal, sorted(old - new.keys())), *map(_action, new.values())]
            refused = tuple(write(self._client, self._versions.name, changes))
            former = [_removal(identity(each.kind, each.key)) for each in refused]
            list(write(self._client, self._versions.name, former))
            self._client.indices.refresh(index=self._versions.name)
        return refused

    def rebuild(self, documents: Iterable[SearchDocument]) -> tuple[Refusal, ...]:
        """Hold these documents and no others; a new version of the index takes the place of the one in use."""
        counted = itertools.count()
        numbered = (document for document, _ in zip(documents, counted, strict=False))
        with told(self._address), self._versions.made_anew() as alias:
            refused = tuple(write(self._client, alias, map(_action, numbered)))
            _check_most_taken(refused, next(counted))
        return refused

    def count(self) -> int:
        """How many documents it holds."""
        with told(self._address):
            return int(self._asked({"size": 0, "track_total_hits": True})["hits"]["total"]["value"])

    def close(self) -> None:
        """Let go of the connections."""
        self._client.close()

    def _page(self, query: Query) -> Results:
        behind = (max(1, query.page) - 1) * query.size
        body = pages.asked(query, counted=query.size > 0)
        if behind + query.size > WINDOW:
            body["size"] = 0
        elif behind:
            body["from"] = behind
        answer = self._asked(body)
        return Results(
            total=pages.total(query, answer),
            hits=tuple(map(pages.hit, answer["hits"]["hits"])),
            facets=pages.facets(answer),
            histogram=pages.histogram(query, answer),
        )

    def _next_page(self, query: Query, written: str) -> Results:
        """A page of a walk. Collapsed results cannot be gone on with by what sorts them, only by their number."""
        place = self._begin() if written == BEGINNING else resume(written)
        body = pages.asked(query, counted=query.size > 0 and not place.reached)
        body["pit"] = {"id": place.moment, "keep_alive": _KEPT}
        if place.last and not query.collapse:
            body["search_after"] = place.last
        elif place.reached:
            body["from"] = place.reached
        answer = self._continued(body)
        found = answer["hits"]["hits"]
        reached = place.reached + len(found)
        goes_on = pages.goes_on(query, answer, reached)
        if goes_on:
            place = replace(place, moment=answer["pit_id"], reached=reached, last=found[-1]["sort"])
        elif written == BEGINNING:
            self._end(answer["pit_id"])
        return Results(
            total=pages.total(query, answer),
            hits=tuple(map(pages.hit, found)),
            facets=pages.facets(answer),
            histogram=pages.histogram(query, answer),
            next=str(place) if goes_on else "",
        )

    def _begin(self) -> Place:
        return Place(self._client.open_point_in_time(index=self._versions.name, keep_alive=_KEPT)["id"])

    def _end(self, moment: str) -> None:
        """Let the server forget a point in time; it does so by itself a little later."""
        with suppress(elasticsearch.ApiError, elasticsearch.TransportError):
            self._client.close_point_in_time(id=moment)

    def _former_claims(self, documents: Iterable[SearchDocument]) -> Iterator[str]:
        """What the index holds of the claims of these reports."""
        reports = [document.key for document in documents if document.kind == "report"]
        if not reports:
            return
        self._client.indices.refresh(index=self._versions.name)
        body: Body = {
            "query": {"terms": {"part_of": reports}},
            "size": 10_000,
            "sort": [{"identity": "asc"}],
            "_source": False,
        }
        while hits := self._asked(body)["hits"]["hits"]:
            yield from (str(hit["_id"]) for hit in hits)
            body["search_after"] = hits[-1]["sort"]

    def _asked(self, body: Body) -> Answer:
        """What the version in use answers; asked again where another takes its place just then."""
        for tried in range(1, _TRIES + 1):
            try:
                return _sent(self._client, body, index=self._versions.name)
            except elasticsearch.ApiError as error:
                if tried == _TRIES or error.status_code not in {404, *AWAY}:
                    raise
            time.sleep(_PAUSE_SECONDS)
        raise AssertionError

    def _continued(self, body: Body) -> Answer:
        """The next page of a walk, from the one node that can give it: no other is asked in its stead."""
        return _sent(self._client.options(retry_on_status=()), body)


def _sent(client: elasticsearch.Elasticsearch, body: Body, index: str | None = None) -> Answer:
    answer: Answer = client.search(
        index=index, allow_partial_search_results=False, filter_path=pages.LEFT_OUT, body=body
    ).body
    return answer


def _has_ended(error: elasticsearch.ApiError) -> bool:
    """Whether the point in time of a walk is gone: it expired, it never was one, or its node is lost."""
    return error.status_code in {400, 404, *AWAY} and kind_of(error) != "index_not_found_exception"


def _action(document: SearchDocument) -> Body:
    return {"_op_type": "index", "_id": document.identity, "_source": made(document)}


def _removal(name: str) -> Body:
    return {"_op_type": "delete", "_id": name}


def _check_most_taken(refused: Sequence[Refusal], given: int) -> None:
    """An index that would lose more than it holds does not take the place of the one in use.

    A few odd documents must not keep all others from being found; where it is most of them, the fault is elsewhere.

    Raises:
        NothingTaken: it would.
    """
    if len(refused) > max(_FEW, given // 2):
        first = "; ".join(f"{each.kind} {each.key}: {each.reason}" for each in refused[:_MOST_NAMED])
        raise NothingTaken(
            f"refuses {len(refused)} of {given} documents, so the index stays as it was. The first of them: {first}"
        )
