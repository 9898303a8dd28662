"""The configuration: one TOML file and environment variables, checked before anything starts.

Environment variables are named after the keys with the prefix DISPUTED_ and two underscores between levels
(`DISPUTED_SITE__PORT=8080`); they come before the file, and the file before the defaults given here.
"""

import difflib
import json
import os
import re
import tomllib
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PrivateAttr,
    SecretStr,
    ValidationError,
)
from pydantic_core import ErrorDetails
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
    TomlConfigSettingsSource,
)

from crawler.revisits import AGES
from kb.database.sessions import PASSWORD, without_password
from kb.search.engine import Login

FILE_NAME = "disputed.toml"
_PREFIX = "DISPUTED_"
_OTHER_VARIABLES = {"DISPUTED_CONFIG", "DISPUTED_REFERENCE_DATA", PASSWORD}
_PATHS = {"database": "sqlite:///", "search": "tantivy:", "captures": ""}
"""Keys that may hold a path, and what stands before it."""
_OF_TESTS = "DISPUTED_TEST_"
_TOKEN = re.compile(r"DISPUTED_(?P<name>[A-Z0-9]+)_TOKEN")
_NEAR = 0.85
"""How alike a misspelt variable is to the one that is meant; all share their first nine letters."""
_E_MAIL = re.compile(r"[\w.!#$%&*+/=?^{|}~-]+@[\w-]+(\.[\w-]+)+", re.ASCII)
_WEB_ADDRESS = re.compile(r"https?://[\w-]+(\.[\w-]+)*(:\d+)?([/?#][!#-;=?-[\]-~]*)?", re.ASCII)


class ConfigurationError(Exception):
    """The configuration cannot be used; the message names each key and says what it must be."""


def _host_and_port(value: str) -> str:
    host, _, port = value.rpartition(":")
    if not host or not port.isdigit():
        raise ValueError('must be "host:port", for example "127.0.0.1:8931"')
    return value


def _listed(value: Any) -> Any:  # noqa: ANN401 - whatever the file or the environment gives
    """A text, as the environment gives it, as the list that it is: in JSON, or with commas."""
    if not isinstance(value, str):
        return value
    if value.lstrip().startswith("["):
        try:
            return json.loads(value)
        except ValueError as error:
            raise ValueError("must have commas between its parts, or be a list as JSON writes it") from error
    return [part.strip() for part in value.split(",") if part.strip()]


def reachable_contact(value: str) -> str:
    """A contact address that may stand in the crawler's name.

    Raises:
        ValueError: it is neither an e-mail nor a web address.
    """
    contact = value.strip()
    if contact and not (_E_MAIL.fullmatch(contact) or _WEB_ADDRESS.fullmatch(contact)):
        raise ValueError("must be an e-mail address, or a web address that begins with http")
    return contact


def _without_password(value: str) -> str:
    if without_password(value) != value:
        raise ValueError(f"must hold no password: take it out, and put it into the environment as {PASSWORD}")
    return value


def _site_address(value: str) -> str:
    if value and not re.fullmatch(r"https?://[\w.:\[\]-]+(/[\w.~/%-]*)?", value):
        raise ValueError('must be a web address without a query, for example "https://disputed.example/"')
    return value


class SiteSettings(BaseModel):
    """Where the site answers."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    host: str = Field("127.0.0.1", description="address that the site listens on")
    port: int = Field(8765, ge=0, le=65535, description="port that the site listens on; 0 takes a free one")
    address: Annotated[str, AfterValidator(_site_address)] = Field(
        "", description="web address at which the site is known outside; empty: the one that each request says"
    )
    editing: bool = Field(
        True, description="whether the one person at this machine may edit on the pages, by the link shown at start"
    )
    requests_a_minute: int = Field(600, ge=1, description="requests that one visitor may make in a minute")


class CrawlSettings(BaseModel):
    """How outlets are crawled."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    every_minutes: float = Field(30, gt=0, description="pause between two rounds of `disputed run`")
    requests_a_day: int = Field(5000, ge=1, description="requests that a host may be sent in a day")
    revisit_hours: Annotated[tuple[Annotated[float, Field(gt=0)], ...], NoDecode, BeforeValidator(_listed)] = Field(
        tuple(age / timedelta(hours=1) for age in AGES),
        description="how old a page is, in hours since it was published, when it is asked for again; none: never",
    )
    outlets: Path | None = Field(None, description="a TOML file of outlets instead of the one that comes with Disputed")
    allowed_hosts: Annotated[
        tuple[Annotated[str, AfterValidator(_host_and_port)], ...], NoDecode, BeforeValidator(_listed)
    ] = Field(
        (), description='loopback or private "host:port" pairs that may be fetched; every other such address is refused'
    )


class Settings(BaseSettings):
    """Every setting, with its default."""

    model_config = SettingsConfigDict(
        env_prefix=_PREFIX, env_nested_delimiter="__", extra="forbid", frozen=True, env_ignore_empty=True
    )

    folder: Path = Field(Path("base"), description="where the embedded engines keep their files")
    database: Annotated[str, AfterValidator(_without_password)] = Field(
        "", description="SQLAlchemy address of the database, without a password; empty: SQLite in the folder"
    )
    search: str = Field("", description="address of the search engine; empty: tantivy in the folder")
    search_password: SecretStr = Field(
        SecretStr(""), description="password of the user whom `search` names; from the environment only"
    )
    search_api_key: SecretStr = Field(
        SecretStr(""), description="API key of the search engine, instead of a user; from the environment only"
    )
    session_secret: SecretStr = Field(
        SecretStr(""), description="secret that signs the site's cookies, else one kept in the base; environment only"
    )
    captures: str = Field(
        "", description="folder of the captures, or an object store such as s3://bucket/prefix; empty: in the folder"
    )
    contact: Annotated[str, AfterValidator(reachable_contact)] = Field(
        "", description="e-mail or web address at which outlets can reach whoever runs this crawler"
    )
    keep_texts: float | None = Field(
        None, gt=0, description="days after which captures and texts of reports are removed; none: they are kept"
    )
    readers: int = Field(
        default_factory=lambda: max(1, len(os.sched_getaffinity(0))),
        ge=1,
        description="processes that extract and read",
    )
    scheduler: str = Field(
        "", description="address of a Dask scheduler, whose workers extract and read; empty: processes of this machine"
    )
    record: bool = Field(
        True, description="whether the disputes on public record that come with Disputed are entered into the base"
    )
    log: Literal["text", "json"] = Field("text", description="form of the log on standard error")
    verbose: bool = Field(False, description="whether the log names every page and report")
    site: SiteSettings = SiteSettings()
    crawl: CrawlSettings = CrawlSettings()
    _file: Path | None = PrivateAttr(None)

    @property
    def own(self) -> bool:
        """Whether they are those of a base of one's own; without file and contact they are the demonstration's."""
        return self._file is not None or bool(self.contact)

    @property
    def database_address(self) -> str:
        """Where the database is."""
        return self.database or f"sqlite:///{self.folder / 'disputed.sqlite'}"

    @property
    def search_address(self) -> str:
        """Where the search engine is."""
        return self.search or f"tantivy:{self.folder / 'index'}"

    @property
    def search_login(self) -> Login:
        """With what to log in to the search engine."""
        return Login(self.search_password.get_secret_value(), self.search_api_key.get_secret_value())

    @property
    def captures_address(self) -> str:
        """Where the captures are."""
        return self.captures or str(self.folder / "captures")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - the library calls with all of them
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Put the environment before the file and the file before the defaults."""
        return init_settings, env_settings, _WithoutSecrets(settings_cls)


class _WithoutSecrets(TomlConfigSettingsSource):
    """A file, which may be shown to others and must hold no secret."""

    def __call__(self) -> dict[str, Any]:
        found = super().__call__()
        for key in found:
            if key in Settings.model_fields and Settings.model_fields[key].annotation is SecretStr:
                raise ConfigurationError(
                    f"{key} is a secret, which no file may hold: give it in the environment as {_variable(key)}"
                )
        return found


def load(file: Path | None) -> Settings:
    """The settings of a file, or of `disputed.toml` in the current folder where there is one.

    Relative paths in a file are taken from the file's own folder, so that the command may be run from anywhere.

    Raises:
        ConfigurationError: the file is absent or no TOML, or a key is unknown or has a value that it cannot have.
    """
    if file is not None and not file.is_file():
        raise ConfigurationError(f"there is no configuration file {file}: make one with `disputed init`")
    path = file or (Path(FILE_NAME) if Path(FILE_NAME).is_file() else None)
    _refuse_whole_groups(os.environ)
    try:
        settings = _settings_class(path)()
    except UnicodeDecodeError as error:
        raise ConfigurationError(f"{path} is not written in UTF-8: {error}") from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(f"{path} is not valid TOML: {error}") from error
    except OSError as error:
        raise ConfigurationError(f"{path} cannot be read: {error.strerror}") from error
    except ValidationError as error:
        raise ConfigurationError(_explained(error, path)) from error
    except SettingsError as error:
        raise ConfigurationError(f"the environment cannot be used: {error}") from error
    return settings if path is None else _placed(settings, path)


def unknown_variables(environment: Mapping[str, str]) -> list[str]:
    """A remark on each variable that begins as ours do and is none of them."""
    known = _OTHER_VARIABLES | {_variable(key) for key in Settings.model_fields} | set(_in_groups())
    remarks = []
    for name in environment:
        ours = name.upper().startswith(_PREFIX) and not name.upper().startswith(_OF_TESTS)
        if ours and name.upper() not in known and "__" not in name and not _TOKEN.fullmatch(name.upper()):
            near = difflib.get_close_matches(name.upper(), known, 1, _NEAR)
            remarks.append(f"{name} is no setting and is ignored" + (f"; is {near[0]} meant?" if near else ""))
    return remarks


def tokens(environment: Mapping[str, str]) -> dict[str, str]:
    """The tokens for feeds that ask for one, by their names: DISPUTED_COURTLISTENER_TOKEN holds "courtlistener"'s."""
    found = ((_TOKEN.fullmatch(name.upper()), value) for name, value in environment.items())
    return {match["name"].casefold(): value for match, value in found if match and value}


def _variable(*keys: str) -> str:
    return _PREFIX + "__".join(keys).upper()


def _in_groups() -> dict[str, str]:
    """The variables of keys within groups, each with that of its group."""
    return {
        _variable(group, key): _variable(group)
        for group, kind in (("site", SiteSettings), ("crawl", CrawlSettings))
        for key in kind.model_fields
    }


def _refuse_whole_groups(environment: Mapping[str, str]) -> None:
    for name in environment:
        keys = [key for key, group in _in_groups().items() if group == name.upper()]
        if keys:
            raise ConfigurationError(f"{name} stands for several keys; set them one by one: {', '.join(keys)}")


def _placed(settings: Settings, file: Path) -> Settings:
    """The settings of a file, its relative paths taken from the file's own folder."""
    folder, changes = file.resolve().parent, dict[str, object]()
    if not os.environ.get(_variable("folder")):
        changes["folder"] = folder / settings.folder
    for key, start in _PATHS.items():
        value = str(getattr(settings, key))
        path = value.removeprefix(start)
        if value.startswith(start) and path and "://" not in path and not os.environ.get(_variable(key)):
            changes[key] = f"{start}{folder / path}"
    if settings.crawl.outlets is not None and not os.environ.get(_variable("crawl", "outlets")):
        changes["crawl"] = settings.crawl.model_copy(update={"outlets": folder / settings.crawl.outlets})
    placed = settings.model_copy(update=changes)
    placed._file = file
    return placed


def _settings_class(path: Path | None) -> type[Settings]:
    class FileSettings(Settings):
        model_config = SettingsConfigDict(toml_file=path)

    return FileSettings


def _explained(error: ValidationError, path: Path | None) -> str:
    lines = [_fault(detail) for detail in error.errors()]
    where = f"{path} or the environment" if path else "the environment"
    return f"the configuration in {where} cannot be used:\n" + "\n".join(lines)


def _fault(detail: ErrorDetails) -> str:
    key = ".".join(str(part) for part in detail["loc"])
    if detail["type"] == "extra_forbidden":
        return f"  {key}: there is no such key"
    return f"  {key}: {detail['msg']} (it is {without_password(repr(detail['input']))})"
