"""The configuration: one TOML file and environment variables, checked before anything starts.

Environment variables are named after the keys with the prefix DISPUTED_ and two underscores between levels
(`DISPUTED_SITE__PORT=8080`); they come before the file, and the file before the defaults given here.
"""

import os
import re
import tomllib
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

FILE_NAME = "disputed.toml"


class ConfigurationError(Exception):
    """The configuration cannot be used; the message names each key and says what it must be."""


def _host_and_port(value: str) -> str:
    host, _, port = value.rpartition(":")
    if not host or not port.isdigit():
        raise ValueError('must be "host:port", for example "127.0.0.1:8931"')
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
    requests_a_minute: int = Field(600, ge=1, description="requests that one visitor may make in a minute")


class CrawlSettings(BaseModel):
    """How outlets are crawled."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    every_minutes: float = Field(30, gt=0, description="pause between two rounds of `disputed run`")
    outlets: Path | None = Field(None, description="a TOML file of outlets instead of the one that comes with Disputed")
    allowed_hosts: tuple[Annotated[str, AfterValidator(_host_and_port)], ...] = Field(
        (), description='loopback or private "host:port" pairs that may be fetched; every other such address is refused'
    )


class Settings(BaseSettings):
    """Every setting, with its default."""

    model_config = SettingsConfigDict(
        env_prefix="DISPUTED_", env_nested_delimiter="__", extra="forbid", frozen=True, env_ignore_empty=True
    )

    folder: Path = Field(Path("base"), description="where the embedded engines keep their files")
    database: str = Field("", description="SQLAlchemy address of the database; empty: SQLite in the folder")
    search: str = Field("", description="address of the search engine; empty: tantivy in the folder")
    captures: str = Field("", description="fsspec address of the captures; empty: in the folder")
    contact: str = Field("", description="e-mail or web address at which outlets can reach whoever runs this crawler")
    readers: int = Field(
        default_factory=lambda: max(1, len(os.sched_getaffinity(0))), ge=1, description="processes that read reports"
    )
    log: Literal["text", "json"] = Field("text", description="form of the log on standard error")
    verbose: bool = Field(False, description="whether the log names every page and report")
    site: SiteSettings = SiteSettings()
    crawl: CrawlSettings = CrawlSettings()

    @property
    def database_address(self) -> str:
        """Where the database is."""
        return self.database or f"sqlite:///{self.folder / 'disputed.sqlite'}"

    @property
    def search_address(self) -> str:
        """Where the search engine is."""
        return self.search or f"tantivy:{self.folder / 'index'}"

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
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)


def load(file: Path | None) -> Settings:
    """The settings of a file, or of `disputed.toml` in the current folder where there is one.

    A relative `folder` is taken from the file's own folder, so that the command may be run from anywhere.

    Raises:
        ConfigurationError: the file is absent or no TOML, or a key is unknown or has a value that it cannot have.
    """
    if file is not None and not file.is_file():
        raise ConfigurationError(f"there is no configuration file {file}: make one with `disputed init`")
    path = file or (Path(FILE_NAME) if Path(FILE_NAME).is_file() else None)
    try:
        settings = _settings_class(path)()
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(f"{path} is not valid TOML: {error}") from error
    except ValidationError as error:
        raise ConfigurationError(_explained(error, path)) from error
    if path is not None and not settings.folder.is_absolute() and "DISPUTED_FOLDER" not in os.environ:
        settings = settings.model_copy(update={"folder": path.resolve().parent / settings.folder})
    return settings


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
    return f"  {key}: {detail['msg']} (it is {detail['input']!r})"
