"""A real server of Amazon's S3 protocol for the tests: S3Proxy, prepared once and started on a free port.

`python -m tests.servers.s3` prepares it and starts nothing. It checks signatures, and keeps its objects in a folder.
DISPUTED_TEST_S3 in the environment (an address such as http://127.0.0.1:9000, with AWS_ACCESS_KEY_ID and
AWS_SECRET_ACCESS_KEY beside it) names a server that runs already, which the tests use then.
"""

import os
import re
import shutil
import subprocess
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import fsspec
import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
PREPARED = REPOSITORY / ".servers" / "s3proxy-2.9.0"
_ARTEFACTS = Path(__file__).with_name("s3proxy.xml")
_ENVIRONMENT = "DISPUTED_TEST_S3"
_START_SECONDS = 60
_LISTENING = re.compile(r"Started ServerConnector@.*\{127\.0\.0\.1:(\d+)\}")
_SETTINGS = """
s3proxy.endpoint=http://127.0.0.1:{port}
s3proxy.authorization=aws-v4
s3proxy.identity=disputed
s3proxy.credential=only-for-tests
jclouds.provider=filesystem-nio2
jclouds.filesystem.basedir={objects}
"""
_LOGGING = """<configuration>
  <appender name="out" class="ch.qos.logback.core.ConsoleAppender"><encoder><pattern>%msg%n</pattern></encoder></appender>
  <logger name="org.gaul.shaded.org.eclipse.jetty.server.AbstractConnector" level="info"/>
  <root level="warn"><appender-ref ref="out"/></root>
</configuration>"""


@dataclass
class S3:
    """A server of S3, with the environment that leads to it."""

    endpoint: str
    key: str
    secret: str
    folder: Path | None = None
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def environment(self) -> dict[str, str]:
        """The usual variables of Amazon's tools."""
        return {
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_ACCESS_KEY_ID": self.key,
            "AWS_SECRET_ACCESS_KEY": self.secret,
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_REQUEST_CHECKSUM_CALCULATION": "when_required",
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        }

    def new_bucket(self) -> str:
        """Make a bucket and return its address."""
        name = f"disputed-{uuid.uuid4().hex[:12]}"
        filesystem = fsspec.filesystem(
            "s3", endpoint_url=self.endpoint, key=self.key, secret=self.secret, skip_instance_cache=True
        )
        filesystem.call_s3("create_bucket", Bucket=name)
        return f"s3://{name}"

    def start(self, port: str = "0") -> None:
        """Start a server of our own; with its former port where it ran before."""
        assert self.folder is not None
        (self.folder / "objects").mkdir(exist_ok=True)
        settings, logging = self.folder / "s3proxy.properties", self.folder / "logback.xml"
        settings.write_text(_SETTINGS.format(port=port, objects=self.folder / "objects"))
        logging.write_text(_LOGGING)
        output = self.folder / "log"
        with output.open("wb") as log:
            java = ["java", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx256m"]
            java += [f"-Dlogback.configurationFile={logging}", "-cp", f"{prepared()}/*"]
            self.process = subprocess.Popen(
                [*java, "org.gaul.s3proxy.Main", "--properties", str(settings)], stdout=log, stderr=log
            )
        self.endpoint = f"http://127.0.0.1:{_port(output, self.process)}"

    def stop(self) -> None:
        """End a server of our own."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None


def prepared() -> Path:
    """The folder of the server's programs, fetched through Maven where they are not there yet."""
    if not PREPARED.is_dir():
        PREPARED.parent.mkdir(exist_ok=True)
        with tempfile.TemporaryDirectory(dir=PREPARED.parent) as folder:
            target = Path(folder) / "jars"
            maven = ["mvn", "-q", "-B", "-f", str(_ARTEFACTS), "dependency:copy-dependencies"]
            subprocess.run([*maven, f"-DoutputDirectory={target}", "-DincludeScope=runtime"], check=True, cwd=folder)
            with suppress(OSError):  # somebody else was quicker
                target.rename(PREPARED)
    return PREPARED


def _port(output: Path, process: "subprocess.Popen[bytes]") -> str:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        found = _LISTENING.search(output.read_text(errors="replace"))
        if found:
            return found[1]
        time.sleep(0.1)
    process.kill()
    raise RuntimeError(f"S3Proxy did not come up:\n{output.read_text(errors='replace')[-2000:]}")


@contextmanager
def running_server() -> Iterator[S3]:
    """A server of our own."""
    folder = Path(tempfile.mkdtemp(prefix="disputed-s3-"))
    server = S3("", "disputed", "only-for-tests", folder)
    try:
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def s3_server() -> Iterator[S3]:
    """A server of S3: our own, or DISPUTED_TEST_S3's."""
    if os.environ.get(_ENVIRONMENT):
        keys = os.environ["AWS_ACCESS_KEY_ID"], os.environ["AWS_SECRET_ACCESS_KEY"]
        yield S3(os.environ[_ENVIRONMENT], *keys)
        return
    with running_server() as server:
        yield server


@pytest.fixture
def s3(s3_server: S3, monkeypatch: pytest.MonkeyPatch) -> S3:
    """The server of S3, to which the environment of the test leads."""
    lead_to(s3_server, monkeypatch)
    return s3_server


def lead_to(server: S3, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the environment lead to this server."""
    for name, value in server.environment.items():
        monkeypatch.setenv(name, value)
    fsspec.filesystem("s3").clear_instance_cache()


if __name__ == "__main__":
    print(prepared())
