"""The configuration: where it comes from, and what is said of one that cannot be used."""

from pathlib import Path

import pytest

from commands.configuration import ConfigurationError, load, tokens, unknown_variables


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("DISPUTED_SITE", "foo", "DISPUTED_SITE__PORT"),
        ("disputed_crawl", "{}", "DISPUTED_CRAWL__OUTLETS"),
        ("DISPUTED_CRAWL__ALLOWED_HOSTS", "127.0.0.1", 'crawl.allowed_hosts.0.*"host:port"'),
        ("DISPUTED_CRAWL__ALLOWED_HOSTS", "[1", "crawl.allowed_hosts.*commas"),
        ("DISPUTED_CONTACT", "@", "contact.*e-mail"),
        ("DISPUTED_CONTACT", "a@b.example\rX: y", "contact.*e-mail"),
    ],
)
def test_an_error_in_the_environment_names_the_key(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, message: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(ConfigurationError, match=message):
        load(None)


@pytest.mark.parametrize("value", ["127.0.0.1:8000,localhost:1", " 127.0.0.1:8000 , localhost:1 ", '["127.0.0.1:8000", "localhost:1"]'])  # fmt: skip
def test_a_list_in_the_environment_has_commas_or_is_json(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("DISPUTED_CRAWL__ALLOWED_HOSTS", value)
    assert load(None).crawl.allowed_hosts == ("127.0.0.1:8000", "localhost:1")


def test_a_file_that_is_not_utf8_is_refused(tmp_path: Path) -> None:
    (tmp_path / "disputed.toml").write_bytes(b'contact = "\xff"')
    with pytest.raises(ConfigurationError, match="disputed.toml is not written in UTF-8"):
        load(None)


@pytest.mark.parametrize(
    ("key", "written", "placed"),
    [
        ("database", "sqlite:///a.sqlite", "sqlite:///{folder}/a.sqlite"),
        ("database", "sqlite:////b/a.sqlite", "sqlite:////b/a.sqlite"),
        ("database", "postgresql://me@host/a", "postgresql://me@host/a"),
        ("search", "tantivy:a", "tantivy:{folder}/a"),
        ("search", "https://host:9200/a", "https://host:9200/a"),
        ("captures", "a/b", "{folder}/a/b"),
        ("captures", "/a", "/a"),
        ("captures", "s3://a/b", "s3://a/b"),
    ],
)
def test_addresses_in_a_file_are_relative_to_it_where_they_hold_a_path(
    key: str, written: str, placed: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "disputed.toml").write_text(f'{key} = "{written}"\n')
    monkeypatch.setenv(f"DISPUTED_{key.upper()}", "")
    assert getattr(load(tmp_path / "disputed.toml"), key) == placed.format(folder=tmp_path)
    monkeypatch.setenv(f"DISPUTED_{key.upper()}", written)
    assert getattr(load(tmp_path / "disputed.toml"), key) == written


def test_paths_in_a_file_are_relative_to_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "disputed.toml").write_text('folder = "base"\n[crawl]\noutlets = "outlets.toml"\n')
    settings = load(Path("mine/disputed.toml"))
    assert (settings.folder, settings.crawl.outlets) == (tmp_path / "mine/base", tmp_path / "mine/outlets.toml")
    monkeypatch.setenv("DISPUTED_CRAWL__OUTLETS", "here.toml")
    assert load(Path("mine/disputed.toml")).crawl.outlets == Path("here.toml")


def test_a_file_or_a_contact_makes_the_base_ones_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not load(None).own
    monkeypatch.setenv("DISPUTED_CONTACT", "desk@example.org")
    assert load(None).own
    monkeypatch.delenv("DISPUTED_CONTACT")
    (tmp_path / "disputed.toml").write_text("")
    assert load(None).own


def test_a_misspelt_variable_is_named_and_the_known_ones_are_not() -> None:
    good = {
        "DISPUTED_SITE__PORT": "1",
        "DISPUTED_SEARCH_API_KEY": "k",
        "DISPUTED_TEST_ELASTICSEARCH": "http://a:1",
        "DISPUTED_REFERENCE_DATA": "y",
        "DISPUTED_CONFIG": "",
        "PATH": "",
    }
    remarks = unknown_variables({**good, "DISPUTED_FOLDR": "x"})
    assert remarks == ["DISPUTED_FOLDR is no setting and is ignored; is DISPUTED_FOLDER meant?"]
    assert unknown_variables({"DISPUTED_COLOUR": "x"}) == ["DISPUTED_COLOUR is no setting and is ignored"]


def test_a_secret_is_taken_from_the_environment_only_and_never_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DISPUTED_SEARCH_PASSWORD", "open sesame")
    monkeypatch.setenv("DISPUTED_SEARCH_API_KEY", "open barley")
    settings = load(None)
    assert (settings.search_login.password, settings.search_login.api_key) == ("open sesame", "open barley")
    assert "open" not in repr(settings) + repr(settings.search_login)
    (tmp_path / "disputed.toml").write_text('search_password = "open sesame"\n')
    with pytest.raises(ConfigurationError, match="DISPUTED_SEARCH_PASSWORD") as refusal:
        load(None)
    assert "sesame" not in str(refusal.value)


def test_tokens_are_had_from_the_environment_by_their_names() -> None:
    environment = {"DISPUTED_COURTLISTENER_TOKEN": "t", "DISPUTED_EMPTY_TOKEN": "", "OTHER_TOKEN": "x"}
    assert tokens(environment) == {"courtlistener": "t"}
    assert unknown_variables(environment) == []
