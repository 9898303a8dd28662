import warnings

from scrapy.crawler import CrawlerProcess
from scrapy.exceptions import ScrapyDeprecationWarning

from crawler.process import CrawlAgent, _settings


def test_scrapy_takes_our_settings_without_a_warning() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error", ScrapyDeprecationWarning)
        process = CrawlerProcess(_settings(CrawlAgent("desk@example.org"), frozenset(), 100))
    assert not process.settings.getbool("LOG_INSTALL_ROOT_HANDLER")
    assert not [name for name in ("REMOTE_CONTROL_ENABLED", "TELNETCONSOLE_ENABLED") if process.settings.getbool(name)]
