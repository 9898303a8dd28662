import pytest

from crawler.addresses import AddressRefused, check

ALLOWED = frozenset({"127.0.0.1:8931"})


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/",
        "http://127.0.0.1:8932/",
        "http://localhost/",
        "http://10.0.0.1/",
        "http://192.168.1.1:8931/",
        "http://169.254.169.254/latest/meta-data",
        "http://[::1]/",
        "http://0.0.0.0/",
        "http://2130706433/",
        "file:///etc/passwd",
        "ftp://news.example/",
        "http://",
        "http://host:99999/",
        "",
    ],
)
def test_addresses_that_are_not_public_are_refused(url: str) -> None:
    with pytest.raises(AddressRefused):
        check(url, ALLOWED)


@pytest.mark.parametrize("url", ["http://127.0.0.1:8931/a", "https://93.184.215.14/", "http://8.8.8.8/"])
def test_public_and_allowed_addresses_pass(url: str) -> None:
    check(url, ALLOWED)
