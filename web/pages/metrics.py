"""Metrics in the format of Prometheus: what is where, and how each outlet is doing."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import UTC, datetime

from flask import Blueprint, Response
from prometheus_client import CollectorRegistry
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.registry import Collector

from kb.database import BaseStatus
from kb.database.work import StepRun
from kb.health import Condition, OutletHealth
from web.pages import the_base

blueprint = Blueprint("metrics", __name__)


@blueprint.get("/metrics")
def metrics() -> Response:
    """What the base holds and how the crawl goes, for a monitoring system to ask every minute or so."""
    base, now = the_base(), datetime.now(UTC)
    registry = CollectorRegistry()
    registry.register(_Metrics(base.status(), base.journal.last(), base.health.of_outlets(now)))
    return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


class _Metrics(Collector):
    def __init__(self, status: BaseStatus, steps: Iterable[StepRun], health: Iterable[OutletHealth]) -> None:
        self._status, self._steps, self._health = status, list(steps), list(health)

    def collect(self) -> Iterable[Metric]:
        """Everything as gauges: the base is asked, nothing is counted here."""
        yield from self._of_base()
        yield from self._of_steps()
        yield from self._of_outlets()

    def _of_base(self) -> Iterable[Metric]:
        held = GaugeMetricFamily("disputed_base", "How many things the base holds.", labels=["what"])
        for what, count in asdict(self._status).items():
            if what != "counted":
                held.add_metric([what], count)
        yield held

    def _of_steps(self) -> Iterable[Metric]:
        started = GaugeMetricFamily("disputed_step_started_seconds", "When a step last began.", labels=["step"])
        failed = GaugeMetricFamily("disputed_step_failed", "What a step failed at in its last run.", labels=["step"])
        for run in self._steps:
            started.add_metric([run.step], run.started.timestamp())
            failed.add_metric([run.step], run.failed)
        yield from (started, failed)

    def _of_outlets(self) -> Iterable[Metric]:
        success = GaugeMetricFamily(
            "disputed_outlet_last_success_seconds", "When an outlet last answered.", labels=["outlet"]
        )
        pages = GaugeMetricFamily("disputed_outlet_pages", "Pages captured of an outlet.", labels=["outlet"])
        refused = GaugeMetricFamily(
            "disputed_outlet_refused_pages", "Pages of a week that hold no report.", labels=["outlet"]
        )
        condition = GaugeMetricFamily(
            "disputed_outlet_condition", "1 for the condition that an outlet is in.", labels=["outlet", "condition"]
        )
        faults = GaugeMetricFamily(
            "disputed_outlet_faults", "What went wrong in a week, by kind.", labels=["outlet", "fault"]
        )
        for each in self._health:
            slug = each.outlet.slug
            if each.last_success:
                success.add_metric([slug], each.last_success.timestamp())
            pages.add_metric([slug], each.pages)
            refused.add_metric([slug], each.refused)
            for one in Condition:
                condition.add_metric([slug, one], float(each.condition is one))
            for fault in each.faults:
                faults.add_metric([slug, fault.fault], fault.count)
        yield from (success, pages, refused, condition, faults)
