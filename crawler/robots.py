"""What robots.txt forbids, also for requests that wait for it together."""

from scrapy import Request
from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.robotstxt import RobotParser
from scrapy.utils.httpobj import urlparse_cached


class ObeyRobots(RobotsTxtMiddleware):
    """Scrapy's own, which lets pass whatever waits for a robots.txt behind another request that waits for it.

    All of them wait for one Deferred, whose result goes to the first alone.
    """

    async def robot_parser(self, request: Request) -> RobotParser | None:
        """What the host of a request forbids; None where that cannot be had."""
        await super().robot_parser(request)
        parser = self._parsers[urlparse_cached(request).netloc]
        return parser if isinstance(parser, RobotParser) else None
