"""How well found groups agree with the right ones, where a report may be in several."""

from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple


class Agreement(NamedTuple):
    """Shares between 0 and 1; each is 1 where there is nothing to be right or wrong about."""

    precision: float
    recall: float

    @property
    def f1(self) -> float:
        """Harmonic mean of the two."""
        return 2 * self.precision * self.recall / (self.precision + self.recall) if any(self) else 0.0


Groups = Mapping[str, Collection[str]]
"""For each report the groups it is in; one in none stands for itself alone."""


def b_cubed(right: Groups, found: Groups) -> Agreement:
    """B-cubed, extended to overlapping groups: for each report the mean over those it shares groups with, itself too.

    Of two reports that share some groups, as many count as right as they should share (Amigó et al. 2009).
    """
    wanted, got = _with_itself(right), _with_itself(found, right)
    return Agreement(_b_cubed_precision(wanted, got), _b_cubed_precision(got, wanted))


def pairs(right: Groups, found: Groups) -> Agreement:
    """Of the pairs of reports found in one group those that are, and of those that are the ones found."""
    wanted, got = _pairs(_with_itself(right)), _pairs(_with_itself(found, right))
    both = len(wanted & got)
    return Agreement(both / len(got) if got else 1.0, both / len(wanted) if wanted else 1.0)


def _with_itself(groups: Groups, reports: Iterable[str] | None = None) -> dict[str, frozenset[tuple[str, str]]]:
    return {
        each: frozenset(("group", name) for name in groups.get(each, ())) or frozenset({("alone", each)})
        for each in (groups if reports is None else reports)
    }


def _pairs(groups: Mapping[str, frozenset[tuple[str, str]]]) -> set[tuple[str, str]]:
    return {(one, other) for one, shared in _sharing(groups).items() for other in shared if one < other}


def _sharing(groups: Mapping[str, frozenset[tuple[str, str]]]) -> dict[str, set[str]]:
    """For each report those that share a group with it, itself among them."""
    members: dict[tuple[str, str], set[str]] = {}
    for report, held in groups.items():
        for each in held:
            members.setdefault(each, set()).add(report)
    return {report: set().union(*(members[each] for each in held)) for report, held in groups.items()}


def _b_cubed_precision(
    right: Mapping[str, frozenset[tuple[str, str]]], found: Mapping[str, frozenset[tuple[str, str]]]
) -> float:
    means = []
    for report, shared in _sharing(found).items():
        shares = []
        for other in shared:
            together = len(found[report] & found[other])
            shares.append(min(together, len(right[report] & right[other])) / together)
        means.append(sum(shares) / len(shares))
    return sum(means) / len(means) if means else 1.0
