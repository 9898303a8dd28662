"""Who reported something at first hand, and who repeats it: reports that repeat one source count once.

A report goes back to the outlet or agency that it says it was taken from, or that it names as where its claim is from;
one in nearly the same words as another outlet's goes back to the same source, whether it says so or not. Whoever is
left has reported by itself, so that origins are independent as far as reports say. Different outlets may still rest on
one document, which is why each origin says on which.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from kb.model import Claim, Corroboration, Origin, OriginLink, name_key
from kb.tracking.stages import since_known
from kb.tracking.union import Union
from kb.tracking.wording import join_in_order, same_wording

UNNAMED = "Unnamed outlet"
_LEAST_WORDS_OF_TITLE = 6
"""Shorter headlines are the same by chance."""

_NodeKey = tuple[str, str, OriginLink]
"""An outlet's own reports, or those that it has from one source in one way: keys of the two names, and the way."""


@dataclass(frozen=True, slots=True)
class _Report:
    """A report with where it has its claims from.

    Attributes:
        claims: of the incident, in its own order of being known.
        outlet: who published it; of a report without an outlet the document that it rests on.
        source: whom it has it from; empty where it reports by itself.
        link: how it leads back to its source.
        documents: what it rests on.
    """

    claims: tuple[Claim, ...]
    outlet: str
    source: str
    link: OriginLink
    documents: tuple[str, ...]

    @property
    def id(self) -> str:
        return self.claims[0].report.id

    @property
    def node(self) -> _NodeKey:
        return name_key(self.outlet), name_key(self.source), self.link


def corroboration(claims: Iterable[Claim]) -> Corroboration:
    """On how many independent origins these claims rest, and which claim on which.

    Args:
        claims: of one incident, in any order; what stands on record is no report and stands apart.
    """
    ordered = sorted(claims, key=since_known)
    reports = _traced_by_wording(_reports(claim for claim in ordered if not claim.on_record))
    origins = _trees(reports)
    claims_of = {report.id: report.claims for report in reports}
    return Corroboration(
        origins=origins,
        entries=tuple(claim for claim in ordered if claim.on_record),
        by_claim={
            claim.id: origin.name
            for origin in origins
            for told in origin.all_reports
            for claim in claims_of[told.report.id]
        },
    )


def _reports(claims: Iterable[Claim]) -> list[_Report]:
    """The reports, the first known first."""
    found: dict[str, list[Claim]] = {}
    for claim in claims:
        found.setdefault(claim.report.id, []).append(claim)
    return [_report(tuple(each)) for each in found.values()]


def _report(claims: tuple[Claim, ...]) -> _Report:
    report = claims[0].report
    documents = tuple(dict.fromkeys(document for claim in claims for document in _documents(claim)))
    outlet = report.outlet_name or report.outlet or next(iter(documents), UNNAMED)
    named = (report.origin, *(_outlet_named(claim) for claim in claims))
    source = next((name for name in named if name and name_key(name) != name_key(outlet)), "")
    return _Report(claims, outlet, source, OriginLink.NAMED if source else OriginLink.OWN, documents)


def _outlet_named(claim: Claim) -> str:
    """The outlet at the head of a chain of attribution; empty where it begins with a document or the accuser."""
    chain, accusers = claim.allegation.attribution, set(map(name_key, claim.allegation.accusers))
    return chain[0] if len(chain) > 1 and chain[0][:1].isupper() and name_key(chain[0]) not in accusers else ""


def _documents(claim: Claim) -> list[str]:
    """The documents of a chain, each with who wrote it."""
    chain, accusers = claim.allegation.attribution, set(map(name_key, claim.allegation.accusers))
    author = f" of {chain[-1]}" if chain and name_key(chain[-1]) in accusers else ""
    return [f"{link}{author}" for link in chain if link[:1].islower() and name_key(link) not in accusers]


def _traced_by_wording(reports: Sequence[_Report]) -> list[_Report]:
    """The reports, those that share their wording with other outlets' led back to one source."""
    texts = {(report.id, text) for report in reports for text in _texts(report)}
    alike = same_wording({f"{identity}\0{text}": text for identity, text in texts})
    groups = Union([*alike, *alike.values(), *(report.id for report in reports)])
    for key, group in alike.items():
        join_in_order(groups, key.partition("\0")[0], group)
    together: dict[str, list[_Report]] = {}
    for report in reports:
        together.setdefault(groups.root(report.id), []).append(report)
    sources = {report.id: _common_source(each) for each in together.values() for report in each}
    return [_led_back(report, sources[report.id]) for report in reports]


def _texts(report: _Report) -> list[str]:
    title = report.claims[0].report.title
    sentences = [claim.allegation.sentence for claim in report.claims]
    return [*sentences, title] if len(title.split()) >= _LEAST_WORDS_OF_TITLE else sentences


def _common_source(alike: Sequence[_Report]) -> str:
    """Whom reports in the same words have it from: the source most of them name, or whoever was first."""
    if len({name_key(report.outlet) for report in alike}) == 1:
        return ""
    named = Counter(name_key(report.source) for report in alike if report.source)
    if named:
        most = named.most_common(1)[0][0]
        return next(report.source for report in alike if name_key(report.source) == most)
    return next((report.outlet for report in alike if report.claims[0].report.outlet), alike[0].outlet)


def _led_back(report: _Report, source: str) -> _Report:
    if not source or name_key(source) in {name_key(report.outlet), name_key(report.source)}:
        return report
    return replace(report, source=source, link=OriginLink.WORDING)


def _trees(reports: Sequence[_Report]) -> tuple[Origin, ...]:
    nodes: dict[_NodeKey, list[_Report]] = {}
    names: dict[str, str] = {}
    for report in reports:
        nodes.setdefault(report.node, []).append(report)
        names.setdefault(name_key(report.outlet), report.outlet)
    for report in reports:
        names.setdefault(name_key(report.source), report.source)
    parents = _without_circles({key: _parent(key, nodes) for key in nodes}, list(nodes))
    children: dict[_NodeKey, list[_NodeKey]] = {}
    for key, parent in parents.items():
        if parent is not None:
            children.setdefault(parent, []).append(key)
    roots = [key for key in (*nodes, *children) if parents.get(key) is None]
    return _in_order(_origin(key, nodes, children, names) for key in dict.fromkeys(roots))


def _parent(key: _NodeKey, nodes: Mapping[_NodeKey, object]) -> _NodeKey | None:
    """The source's own reports, whether read or not; where all of its reports have a source, the first of them."""
    source = key[1]
    if not source:
        return None
    own = (source, "", OriginLink.OWN)
    return own if own in nodes else next((each for each in nodes if each[0] == source), own)


def _without_circles(
    parents: Mapping[_NodeKey, _NodeKey | None], in_order: Sequence[_NodeKey]
) -> dict[_NodeKey, _NodeKey | None]:
    """Where outlets name each other, the first to report is taken for the source."""
    straight = dict(parents)
    for key in in_order:
        seen = {key}
        at = straight[key]
        while at is not None and at not in seen:
            seen.add(at)
            at = straight.get(at)
        if at == key:
            straight[key] = None
    return straight


def _origin(
    key: _NodeKey,
    nodes: Mapping[_NodeKey, Sequence[_Report]],
    children: Mapping[_NodeKey, Sequence[_NodeKey]],
    names: Mapping[str, str],
) -> Origin:
    reports = nodes.get(key, ())
    return Origin(
        name=names[key[0]],
        link=key[2],
        documents=tuple(dict.fromkeys(document for report in reports for document in report.documents)),
        reports=tuple(report.claims[0] for report in reports),
        repeated=_in_order(_origin(each, nodes, children, names) for each in children.get(key, ())),
    )


def _in_order(origins: Iterable[Origin]) -> tuple[Origin, ...]:
    return tuple(sorted(origins, key=lambda each: (-len(each.all_reports), *min(map(since_known, each.all_reports)))))
