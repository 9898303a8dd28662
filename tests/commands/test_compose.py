"""The composition of servers is whole: what one part names, another has, and no secret stands in it."""

import re
import shlex
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from commands.configuration import Settings, load, unknown_variables

REPOSITORY = Path(__file__).resolve().parents[2]
TEXT = (REPOSITORY / "compose.yaml").read_text()
COMPOSITION: dict[str, Any] = yaml.safe_load(TEXT)
SERVICES: dict[str, dict[str, Any]] = COMPOSITION["services"]
SECRETS = {"DISPUTED_DATABASE_PASSWORD", "DISPUTED_SEARCH_PASSWORD", "ELASTIC_PASSWORD"}


def example() -> dict[str, str]:
    lines = (REPOSITORY / ".env.example").read_text().splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def filled_in(value: str) -> str:
    """With what `.env` must give, and without what it may."""
    return re.sub(r"\$\{\w+:\?.+\}", "a@b.example", re.sub(r"\$\{\w+:-(.*)\}", r"\1", value))


def test_every_secret_comes_from_a_file_that_is_not_committed() -> None:
    asked = set(re.findall(r"\$\{(\w+):\?", TEXT))
    assert asked == set(example()) == SECRETS | {"DISPUTED_CONTACT"}
    assert set(example().values()) == {""}
    assert ".env" in (REPOSITORY / ".gitignore").read_text().split()
    for service in SERVICES.values():
        for name, value in service.get("environment", {}).items():
            assert "PASSWORD" not in name or re.fullmatch(r"\$\{\w+:\?.+\}", value)


def test_what_one_part_names_another_has() -> None:
    for service in SERVICES.values():
        for name, wanted in service.get("depends_on", {}).items():
            healthy = wanted["condition"] == "service_healthy"
            assert healthy == ("healthcheck" in SERVICES[name]), name
            assert (wanted["condition"] == "service_completed_successfully") == ("restart" not in SERVICES[name])
        for volume in service.get("volumes", []):
            assert volume.split(":")[0] in COMPOSITION["volumes"]


def test_the_settings_of_disputed_are_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    environment = {k: filled_in(v) for k, v in SERVICES["disputed"]["environment"].items()}
    assert [name for name in unknown_variables(environment) if "SEARCH_PASSWORD" not in name] == []
    monkeypatch.chdir(tmp_path)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    settings: Settings = load(None)
    assert settings.own
    assert settings.database_address == "postgresql://disputed@database/disputed"
    assert f"127.0.0.1:{settings.site.port}:{settings.site.port}" in SERVICES["disputed"]["ports"]
    hosts = re.findall(r"@(\w+)", settings.database_address + settings.search_address)
    assert set(hosts) <= set(SERVICES)


def test_elasticsearch_asks_for_a_password_and_speaks_tls() -> None:
    environment = SERVICES["search"]["environment"]
    assert {environment[f"xpack.security.{each}"] for each in ("enabled", "http.ssl.enabled")} == {"true"}
    assert {service["image"] for name, service in SERVICES.items() if "search" in name} == {"elasticsearch:9.2.0"}
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["disputed"]
    keys = [
        name for name, service in SERVICES.items() if any(v.startswith("certificates:") for v in service["volumes"])
    ]
    assert keys == ["certificates", "search"]


def test_certificates_are_made_once_and_whole_before_anyone_is_let_at_them() -> None:
    [script] = SERVICES["certificates"]["command"]
    lines = script.splitlines()
    assert (lines[0], lines[-1]) == ("[ -f /authority/ca.crt ] && exit 0", "mv /authority/ca.new /authority/ca.crt")
    made = re.findall(r"elasticsearch-certutil (\w+) .*--days (\d+)", script)
    assert made == [("ca", "3650"), ("cert", "3650")]
    names = {f"--dns {name}" for name in ("search", "localhost")}
    assert all(name in script for name in names)
    asked = {*re.findall(r"https://(\w+):9200", TEXT), *re.findall(r"@(\w+):9200", TEXT)}
    assert {f"--dns {name}" for name in asked} == names


def test_databases_have_time_to_stop() -> None:
    for name in ("database", "search", "disputed"):
        assert SERVICES[name]["stop_grace_period"] == "1m"


def test_the_site_is_asked_for_its_health_where_it_listens() -> None:
    environment, asked = SERVICES["disputed"]["environment"], SERVICES["disputed"]["healthcheck"]["test"][-1]
    assert f"http://127.0.0.1:{environment['DISPUTED_SITE__PORT']}/healthz" in asked


def test_the_commands_of_the_documentation_name_what_there_is() -> None:
    text = (REPOSITORY / "docs" / "servers.md").read_text()
    commands = re.findall(r"docker compose ((?:[^\n\\]|\\\n)+)", text)
    assert len(commands) >= 6
    for command in commands:
        words = shlex.split(command.replace("\\\n", " ").partition("#")[0])
        if words[0] == "run":
            assert len([word for word in words if word in SERVICES]) >= 1, command
        elif words[0] in {"logs", "stop"}:
            assert words[-1] in SERVICES
    for variable in re.findall(r"`(DISPUTED_\w+)` in `.env`", text):
        assert f"${{{variable}:" in TEXT


def test_the_image_holds_what_is_there_and_nothing_else() -> None:
    copied = re.findall(r"^COPY (.+) \S+$", (REPOSITORY / "Dockerfile").read_text(), re.MULTILINE)
    names = {name for line in copied for name in line.split()}
    allowed = {line[1:] for line in (REPOSITORY / ".dockerignore").read_text().split() if line.startswith("!")}
    assert names == allowed
    assert [name for name in names if not (REPOSITORY / name).exists()] == []
    rooms = {path.parent.name for path in REPOSITORY.glob("*/__init__.py")}
    assert rooms <= names


def test_no_address_of_a_registry_stands_in_it() -> None:
    images = [service["image"] for service in SERVICES.values() if "image" in service]
    images += re.findall(r"^FROM (\S+)", (REPOSITORY / "Dockerfile").read_text(), re.MULTILINE)
    assert [image for image in images if "/" in image] == []


def test_every_command_in_it_is_a_script_that_a_shell_can_read() -> None:
    for service in SERVICES.values():
        if service.get("entrypoint", [""])[0] == "/bin/bash":
            script = service["command"][0].replace("$$", "$")
            assert subprocess.run(["bash", "-n", "-c", script], check=False).returncode == 0


def test_docker_takes_it_where_docker_is() -> None:
    """Where there is no `docker compose`, the tests above have read the file."""
    compose = ["docker", "compose"]
    if not shutil.which("docker") or subprocess.run([*compose, "version"], capture_output=True, check=False).returncode:
        return
    environment = "\n".join(f"{name}=x" for name in example())
    done = subprocess.run(
        [*compose, "--env-file", "/dev/stdin", "--file", "compose.yaml", "config", "--quiet"],
        cwd=REPOSITORY,
        input=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
