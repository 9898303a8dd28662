"""How hosts are treated: not more often than they wish, not while they rest, not more than a day's budget."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest, NotConfigured
from scrapy.http import Response
from scrapy.utils.asyncio import create_looping_call

from crawler.contacts import Contacts
from crawler.faults import AskedToWait, HostRests, fault_of
from crawler.shares import host_of
from kb.database import BaseUnavailable
from kb.database.hosts import Host
from kb.health import Fault

_KEEP_EVERY_SECONDS = 2.0
_ASKS_TO_WAIT = frozenset({429, 503})
PATIENCE = timedelta(seconds=60)
"""A host that rests for longer is left to a later crawl."""
_ANSWERS_BEFORE_LONG_REST, _FAILURES_BEFORE_REST = 3, 10
_FIRST_REST, _LONGEST_REST = timedelta(seconds=15), timedelta(days=1)
_MOST_DOUBLINGS = 12


class Manners:
    """Turns requests back for as long as their host is not to be asked, and notes how hosts answer.

    A host that asks to wait is left alone for as long as it says, or for a time that doubles with each such answer; so
    is one that fails again and again.
    """

    def __init__(self, crawler: Crawler, contacts: Contacts) -> None:
        self._crawler, self._contacts = crawler, contacts
        self._budget = crawler.settings.getint("REQUESTS_A_DAY")
        self._delays: dict[str, timedelta] = {}
        self._keeping = create_looping_call(self._keep)
        crawler.signals.connect(self._opened, signals.spider_opened)
        crawler.signals.connect(self._closed, signals.spider_closed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "Manners":
        """As Scrapy makes it, with the contacts of its spider."""
        contacts = getattr(crawler.spider, "contacts", None)
        if not isinstance(contacts, Contacts):
            raise NotConfigured("only our own spiders heed hosts")
        return cls(crawler, contacts)

    def process_request(self, request: Request) -> None:
        """Let the request pass, or turn it back until its host may be asked."""
        name, now = host_of(request.url), datetime.now(UTC)
        host = self._contacts.host(name)
        if host.rests_until is not None and _is_resting(host):
            raise HostRests(Fault.WAIT, host.rests_why, host.rests_until)
        if host.day != now.date().isoformat():
            host.day, host.asked = now.date().isoformat(), 0
        if host.asked >= self._budget:
            words = f"{name} was asked {self._budget:,} times today, as often as is allowed in a day"
            raise HostRests(Fault.BUDGET, words, _midnight(now))
        host.asked += 1
        delay = self._delays.get(name, timedelta())
        if delay > PATIENCE:
            host.rests_until = now + min(delay, _LONGEST_REST)
            host.rests_why = f"robots.txt of {name} asks for {delay.total_seconds():g} seconds between two requests"
        elif delay:
            self._heed_delay(request, delay)

    def process_response(self, request: Request, response: Response) -> Response:
        """Note how the host answers; where it asks to wait, turn the request back."""
        host = self._contacts.host(host_of(request.url))
        if response.status in _ASKS_TO_WAIT:
            raise self._asked_to_wait(request, host, response)
        if response.status >= 500:
            self._failed(request, host, f"the server answered {response.status}")
        else:
            host.failures = 0
        return response

    def _asked_to_wait(self, request: Request, host: Host, response: Response) -> AskedToWait:
        """The whole host rests, but not for long because of a single page of it."""
        host.failures += not _is_resting(host)
        asked = retry_after(response.headers.get("Retry-After"))
        rest = _rest_after(host.failures) if asked is None else asked
        words = f"the server answered {response.status}, asking to be left alone for a while"
        until = datetime.now(UTC) + rest
        if rest <= PATIENCE or host.failures >= _ANSWERS_BEFORE_LONG_REST:
            self._rest(request, host, words, until)
        return AskedToWait(Fault.WAIT, words, until)

    def process_exception(self, request: Request, exception: Exception) -> None:
        """Note that the host did not answer, if it is the host that did not."""
        if not isinstance(exception, IgnoreRequest):
            self._failed(request, self._contacts.host(host_of(request.url)), fault_of(exception)[1])

    def slow_down(self, request: Request, delay: timedelta) -> None:
        """Leave so much time between two requests to the host of this one, from this one on."""
        self._delays[host_of(request.url)] = delay

    def _heed_delay(self, request: Request, delay: timedelta) -> None:
        seconds = delay.total_seconds()
        request.meta["autothrottle_dont_adjust_delay"] = True
        downloader = self._crawler.engine.downloader
        key = downloader.get_slot_key(request)
        downloader.per_slot_settings[key] = {"concurrency": 1, "delay": seconds, "jitter": 0.0}
        if key in downloader.slots:
            slot = downloader.slots[key]
            slot.concurrency, slot.delay, slot.jitter = 1, max(slot.delay, seconds), 0.0

    def _failed(self, request: Request, host: Host, words: str) -> None:
        if _is_resting(host):  # it was asked before its rest began
            return
        host.failures += 1
        if host.failures >= _FAILURES_BEFORE_REST:
            until = datetime.now(UTC) + _rest_after(host.failures - _FAILURES_BEFORE_REST + 1)
            self._rest(request, host, f"{host.host} failed {host.failures} times in a row: {words}", until)

    def _rest(self, request: Request, host: Host, words: str, until: datetime) -> None:
        host.rests_until, host.rests_why = max(until, host.rests_until or until), words
        self._turn_back_waiting(request, HostRests(Fault.WAIT, words, until))

    def _turn_back_waiting(self, request: Request, error: HostRests) -> None:
        """Turn back what was let pass and waits for its turn at the same host."""
        downloader = self._crawler.engine.downloader
        slot = downloader.slots.get(downloader.get_slot_key(request))
        if slot is None:
            return
        host = host_of(request.url)
        waiting = [each for each in slot.queue if host_of(each[0].url) == host]
        for each in waiting:
            slot.queue.remove(each)
        for _, deferred in waiting:
            deferred.errback(HostRests(error.fault, str(error), error.until))

    def _keep(self) -> None:
        with suppress(BaseUnavailable):  # it is tried again, and what needs the base more says so
            self._contacts.keep()

    def _opened(self) -> None:
        self._keeping.start(_KEEP_EVERY_SECONDS, now=False)

    def _closed(self) -> None:
        if self._keeping.running:
            self._keeping.stop()


def retry_after(value: bytes | None) -> timedelta | None:
    """How long an answer asks to wait, in seconds or until a date; None where it does not say."""
    text = (value or b"").decode("latin-1").strip()
    if text.isdecimal():
        return timedelta(seconds=min(int(text), int(_LONGEST_REST.total_seconds())))
    try:
        until = parsedate_to_datetime(text)
    except ValueError:
        return None
    until = until if until.tzinfo else until.replace(tzinfo=UTC)
    return min(max(until - datetime.now(UTC), timedelta()), _LONGEST_REST)


def _is_resting(host: Host) -> bool:
    return host.rests_until is not None and host.rests_until > datetime.now(UTC)


def _rest_after(failures: int) -> timedelta:
    """How long a host rests that failed so often in a row: twice as long each time."""
    rest: timedelta = _FIRST_REST * 2 ** min(failures - 1, _MOST_DOUBLINGS)
    return min(rest, _LONGEST_REST)


def _midnight(now: datetime) -> datetime:
    return datetime.combine(now.date() + timedelta(days=1), datetime.min.time(), UTC)
