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
        "http://[64:ff9b::7f00:1]/",
        "http://[2002:7f00:1::]/",
        "http://[::ffff:127.0.0.1]/",
        "http://[::7f00:1]/",
        "http://[ff02::1]/",
        "http://240.0.0.1/",
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


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:8931/a",
        "https://93.184.215.14/",
        "http://8.8.8.8/",
        "http://[64:ff9b::808:808]/",
        "http://[2002:808:808::]/",
    ],
)
def test_public_and_allowed_addresses_pass(url: str) -> None:
    check(url, ALLOWED)


def test_a_name_passes_where_it_is_judged_later() -> None:
    check("http://localhost/", ALLOWED, look_up=False)
    with pytest.raises(AddressRefused):
        check("http://127.0.0.1/", ALLOWED, look_up=False)
