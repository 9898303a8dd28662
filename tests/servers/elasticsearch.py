"""A real Elasticsearch for the tests: the server of Maven Central, prepared once and started on a free port.

`python -m tests.servers.elasticsearch` prepares it and starts nothing, as `make servers` does; with `--has-java` it only
says whether there is a Java that can run it. DISPUTED_TEST_ELASTICSEARCH in the environment names a server that runs
already, which the tests use then.
"""

import hashlib
import json
import os
import re
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar

import pytest
from elasticsearch import ApiError, Elasticsearch

from tests.servers.certificates import certificates_of_loopback

VERSION = "9.2.0"
REPOSITORY = Path(__file__).resolve().parents[2]
_ARTEFACT = f"org.elasticsearch.distribution.integ-test-zip:elasticsearch:{VERSION}:zip"
_ANALYSIS = Path(__file__).with_name("Analysis.java")
_COMPONENTS = {
    "org.elasticsearch.plugin.analysis.AnalyzerFactory": {"english": "disputed.Analysis$English"},
    "org.elasticsearch.plugin.analysis.TokenizerFactory": {"uax_url_email": "disputed.Analysis$Email"},
    "org.elasticsearch.plugin.analysis.TokenFilterFactory": {
        "pattern_capture": "disputed.Analysis$PatternCapture",
        "unique": "disputed.Analysis$Unique",
    },
}
_NOBODY = 65534
_JAVA_AT_LEAST = 21
_START_SECONDS, _STOP_SECONDS = 120, 30
_LISTENING = re.compile(r"AbstractHttpServerTransport.*publish_address \{(?:[^}/]*/)?127\.0\.0\.1:(\d+)\}")
_STARTED = re.compile(r"\] started ")
_ENVIRONMENT = "DISPUTED_TEST_ELASTICSEARCH"
_SETTINGS = {
    "discovery.type": "single-node",
    "http.host": "127.0.0.1",
    "http.port": "0",
    "transport.host": "127.0.0.1",
    "transport.port": "0",
    "node.store.allow_mmap": "false",
    "xpack.security.enabled": "false",
}
_SECURED = {
    "xpack.security.enabled": "true",
    "xpack.security.http.ssl.enabled": "true",
    "xpack.security.http.ssl.certificate": "server.crt",
    "xpack.security.http.ssl.key": "server.key",
}
_JVM_OPTIONS = """
-Xms512m
-Xmx512m
-XX:+UseSerialGC
-XX:TieredStopAtLevel=1
-XX:-HeapDumpOnOutOfMemoryError
-XX:+ExitOnOutOfMemoryError
-Djava.io.tmpdir=${ES_TMPDIR}
--add-modules=jdk.incubator.vector
"""
_LOGGING = """
status = error
appender.console.type = Console
appender.console.name = console
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = [%p][%c{1}] %m%n%throwable
rootLogger.level = info
rootLogger.appenderRef.console.ref = console
"""


Server = TypeVar("Server", bound="ElasticsearchServer")


class ServerFailed(Exception):
    """The server cannot be prepared or started; the message says why, and what to do."""


def prepare() -> Path:
    """The folder of the server, with our plugin; unpacked where that was not done yet.

    Raises:
        ServerFailed: it cannot be downloaded, or there is no Java to run it with.
    """
    plugin = hashlib.sha256(_ANALYSIS.read_bytes()).hexdigest()[:8]
    home = _cache() / f"elasticsearch-{VERSION}-{plugin}"
    if not home.is_dir():
        _cache().mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=_cache()) as unpacked:
            _unpack(Path(unpacked))
            made = Path(unpacked) / f"elasticsearch-{VERSION}"
            _add_analysis(made)
            subprocess.run(["chmod", "-R", "a+rX", made], check=True)
            if not home.is_dir():
                made.rename(home)
    return home


def _cache() -> Path:
    """Where unpacked servers lie; root starts them as somebody else, who may not be able to look into the checkout."""
    beside = REPOSITORY / ".servers"
    if os.getuid() == 0 and not all(folder.stat().st_mode & 0o001 for folder in (REPOSITORY, *REPOSITORY.parents)):
        return Path("/var/cache/disputed-servers")
    return beside


def _unpack(folder: Path) -> None:
    if shutil.which("mvn") is None:
        raise ServerFailed("no Maven, which brings Elasticsearch: `make servers` installs it (package maven)")
    command = ["mvn", "-q", "-B", "dependency:copy", f"-Dartifact={_ARTEFACT}", f"-DoutputDirectory={folder}"]
    _run(command, f"Maven cannot bring {_ARTEFACT}")
    [archive] = folder.iterdir()
    shutil.unpack_archive(archive, folder)
    archive.unlink()


def _add_analysis(home: Path) -> None:
    """Compile our plugin against the server's own libraries: the small distribution has no analyser of English."""
    plugin = home / "plugins" / "analysis"
    plugin.mkdir()
    javac, libraries = java_home() / "bin" / "javac", ":".join(str(jar) for jar in (home / "lib").glob("*.jar"))
    with tempfile.TemporaryDirectory() as classes:
        _run([str(javac), "-proc:none", "--release", str(_JAVA_AT_LEAST), "-cp", libraries, "-d", classes, str(_ANALYSIS)], "the plugin cannot be compiled")  # fmt: skip
        shutil.make_archive(str(plugin / "analysis"), "zip", classes)
    (plugin / "analysis.zip").rename(plugin / "analysis.jar")
    (plugin / "named_components.json").write_text(json.dumps(_COMPONENTS))
    (plugin / "stable-plugin-descriptor.properties").write_text(
        f"name=analysis\ndescription=What the tests need of analysis\nversion={VERSION}\n"
        f"elasticsearch.version={VERSION}\njava.version={_JAVA_AT_LEAST}\n"
    )


def java_home() -> Path:
    """A Java development kit that is new enough.

    Raises:
        ServerFailed: there is none.
    """
    named = [Path(os.environ[name]) for name in ("ES_JAVA_HOME", "JAVA_HOME") if os.environ.get(name)]
    listed = subprocess.run(["update-alternatives", "--list", "java"], capture_output=True, text=True, check=False)
    linked = [Path(line).resolve().parents[1] for line in listed.stdout.splitlines()]
    for home in (*named, *sorted(Path("/usr/lib/jvm").glob("*")), *linked):
        if (home / "bin" / "javac").is_file() and _java_version(home) >= _JAVA_AT_LEAST:
            return home
    raise ServerFailed(
        f"no Java development kit of version {_JAVA_AT_LEAST} or later, which Elasticsearch needs: "
        "install one (`make servers` tries to), or name its folder in ES_JAVA_HOME"
    )


def _java_version(home: Path) -> int:
    release = home / "release"
    found = re.search(r'^JAVA_VERSION="(\d+)', release.read_text(), re.MULTILINE) if release.is_file() else None
    return int(found[1]) if found else 0


def _run(command: list[str], otherwise: str, environment: dict[str, str] | None = None) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    if done.returncode:
        raise ServerFailed(f"{otherwise}:\n{done.stdout}{done.stderr}")


class ElasticsearchServer:
    """One server with a folder of its own; its data outlast `stop` and `kill`, and go with `remove`.

    Args:
        settings: settings of the node besides the usual.
        files: by name, files for its configuration folder, such as certificates.
        password: that of the user `elastic`; empty: whoever comes may do everything.
    """

    def __init__(
        self, settings: dict[str, str] | None = None, files: dict[str, bytes] | None = None, password: str = ""
    ) -> None:
        self._home, self._java = prepare(), java_home()
        self.folder = Path(tempfile.mkdtemp(prefix="disputed-elasticsearch-"))
        self._settings = {**_SETTINGS, "path.data": f"{self.folder}/data", "path.logs": f"{self.folder}/logs"}
        self._settings |= settings or {}
        self._process: subprocess.Popen[bytes] | None = None
        self.port = 0
        self._write(files or {})
        if password:
            self._keep("bootstrap.password", password)

    @property
    def address(self) -> str:
        """Where it answers."""
        scheme = "https" if self._settings.get("xpack.security.http.ssl.enabled") == "true" else "http"
        return f"{scheme}://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start it, on the same port as before, and wait until it answers.

        Raises:
            ServerFailed: it ended, or took too long; the message has its log.
        """
        (self.folder / "config" / "elasticsearch.yml").write_text(
            "".join(f"{key}: {value}\n" for key, value in self._settings.items())
        )
        log = self.folder / "server.log"
        with log.open("wb") as output:
            self._process = subprocess.Popen(
                ["bash", str(self._home / "bin" / "elasticsearch"), "-p", str(self.folder / "pid")],
                env=self._environment(),
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                **_as_somebody(),
            )
        self._wait(log)
        self._settings["http.port"] = str(self.port)

    @property
    def is_running(self) -> bool:
        """Whether it was started, and not ended since."""
        return self._process is not None

    def stop(self) -> None:
        """Stop it in order."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """End it at once, as a crash does."""
        self._end(signal.SIGKILL)

    def remove(self) -> None:
        """Stop it and remove its data."""
        self._end(signal.SIGKILL)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _end(self, number: signal.Signals) -> None:
        """Signal the launcher and the server, which have a process group of their own, and wait until both are gone."""
        if self._process is None:
            return
        file = self.folder / "pid"
        server = file.read_text() if file.is_file() else ""
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, number)
        self._process.wait()
        self._process = None
        deadline = time.monotonic() + _STOP_SECONDS
        while server and not _has_ended(server):
            if time.monotonic() > deadline:
                raise ServerFailed(f"Elasticsearch (process {server}) does not stop")
            time.sleep(0.05)

    def _wait(self, log: Path) -> None:
        deadline = time.monotonic() + _START_SECONDS
        while time.monotonic() < deadline and self._process is not None and self._process.poll() is None:
            text = log.read_text(errors="replace")
            found = _LISTENING.search(text)
            if found and _STARTED.search(text):
                self.port = int(found[1])
                return
            time.sleep(0.1)
        self._end(signal.SIGKILL)
        raise ServerFailed(f"Elasticsearch did not start within {_START_SECONDS} s:\n{log.read_text(errors='replace')}")

    def _write(self, files: dict[str, bytes]) -> None:
        config = self.folder / "config"
        for folder in (config, self.folder / "data", self.folder / "logs", self.folder / "tmp"):
            folder.mkdir()
        (config / "jvm.options").write_text(_JVM_OPTIONS)
        (config / "log4j2.properties").write_text(_LOGGING)
        for name, content in files.items():
            (config / name).write_bytes(content)
        if os.getuid() == 0:
            for path in (self.folder, *self.folder.rglob("*")):
                os.chown(path, _NOBODY, _NOBODY)

    def _keep(self, name: str, secret: str) -> None:
        """Put a secret into the server's keystore."""
        tool = str(self._home / "bin" / "elasticsearch-keystore")
        done = subprocess.run(
            ["bash", tool, "add", "--stdin", "--force", name],
            input=secret, env=self._environment(), capture_output=True, text=True, check=False, **_as_somebody(),
        )  # fmt: skip
        if done.returncode:
            raise ServerFailed(f"the keystore does not take {name}:\n{done.stdout}{done.stderr}")

    def _environment(self) -> dict[str, str]:
        own = {
            "ES_JAVA_HOME": self._java,
            "ES_PATH_CONF": self.folder / "config",
            "ES_TMPDIR": self.folder / "tmp",
            "HOME": self.folder,
        }
        return {"PATH": os.environ["PATH"], **{name: str(value) for name, value in own.items()}}


def _has_ended(process: str) -> bool:
    """Whether a process is gone, or nothing is left of it but its entry in the table."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except (FileNotFoundError, ProcessLookupError):
        return True


def _as_somebody() -> dict[str, Any]:
    """How to start a process that must not be root's."""
    return {"user": _NOBODY, "group": _NOBODY, "extra_groups": []} if os.getuid() == 0 else {}


class SecuredServer(ElasticsearchServer):
    """One that is spoken to with TLS, by those with a password or an API key.

    Attributes:
        password: that of the user `elastic`.
        authority: where the certificate of the authority is that signed the server's.
    """

    def __init__(self, settings: dict[str, str]) -> None:
        made = certificates_of_loopback()
        self.password = secrets.token_urlsafe(16)
        files = {"server.crt": made.certificate, "server.key": made.key, "authority.crt": made.authority}
        super().__init__({**_SECURED, **settings}, files, self.password)
        self.authority = self.folder / "config" / "authority.crt"

    def start(self) -> None:
        """Start it and wait until it knows its users, which takes a moment longer."""
        super().start()
        deadline = time.monotonic() + _START_SECONDS
        with self.client() as client:
            while time.monotonic() < deadline:
                with suppress(ApiError):
                    client.cluster.health(wait_for_status="yellow")
                    return
                time.sleep(0.2)
        raise ServerFailed(f"Elasticsearch knows no users within {_START_SECONDS} s")

    def client(self) -> Elasticsearch:
        """A client that may do everything."""
        return Elasticsearch(self.address, basic_auth=("elastic", self.password), ca_certs=str(self.authority))


@contextmanager
def running(server: Server) -> Iterator[Server]:
    """The server, started; removed in the end."""
    try:
        server.start()
        yield server
    finally:
        server.remove()


@pytest.fixture(scope="session")
def elasticsearch_address() -> Iterator[str]:
    """Where an Elasticsearch without security answers: the one of DISPUTED_TEST_ELASTICSEARCH, or a new one."""
    if address := os.environ.get(_ENVIRONMENT):
        yield address.rstrip("/")
        return
    with running(ElasticsearchServer({"cluster.routing.allocation.disk.threshold_enabled": "false"})) as server:
        yield server.address


@pytest.fixture(scope="session")
def elasticsearch_indices(elasticsearch_address: str) -> Iterator[Callable[[], str]]:
    """Gives addresses of indices that nobody else has; what is behind them is removed in the end."""
    names: list[str] = []

    def another() -> str:
        names.append(f"test-{secrets.token_hex(6)}")
        return f"{elasticsearch_address}/{names[-1]}"

    yield another
    with Elasticsearch(elasticsearch_address) as client:
        for name in names:
            remove_index(client, name)


def remove_index(client: Elasticsearch, name: str) -> None:
    """Remove all versions of an index."""
    versions = client.indices.get(index=f"{name}-*", features=["aliases"], expand_wildcards="all")
    for version in versions:
        client.indices.delete(index=version)


def main(arguments: list[str]) -> None:
    """Prepare the server, or say by the exit status whether there is a Java for it."""
    try:
        print(java_home() if arguments == ["--has-java"] else prepare())
    except ServerFailed as failed:
        sys.exit(str(failed))


if __name__ == "__main__":
    main(sys.argv[1:])
