"""Real servers for the connectors' tests, started once per session on loopback and free ports.

Every test below this folder carries the marker `live`. A server that is not installed fails its tests, with the command
that installs it. What each fixture yields is described in servers/README.md.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

SERVERS = Path(__file__).parent / "servers"
INSTALL = SERVERS / "install.sh"
START_SECONDS = 180  # a loaded two-core machine needs up to 30 s for the AT Protocol network


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.live)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def stop(process: subprocess.Popen[Any]) -> None:
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def wait_until(ready: Callable[[], bool], process: subprocess.Popen[Any], what: str) -> None:
    end = time.monotonic() + START_SECONDS
    while not ready():
        if process.poll() is not None or time.monotonic() > end:
            pytest.fail(f"{what} did not start (exit code {process.poll()})")
        time.sleep(0.05)


def answers(url: str) -> Callable[[], bool]:
    def ready() -> bool:
        try:
            return httpx.get(url).status_code == httpx.codes.OK
        except httpx.TransportError:
            return False

    return ready


@pytest.fixture(scope="session")
def installed() -> Callable[[str], Path]:
    """Path of an installed server inside the cache; fails the test when it is missing."""
    where = subprocess.run([INSTALL, "--where"], check=True, capture_output=True, text=True).stdout.strip()

    def find(inside: str) -> Path:
        path = Path(where) / inside
        if not path.exists():
            pytest.fail(f"{path} is missing: run {INSTALL}")
        return path

    return find


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """Address of a throw-away PostgreSQL database."""
    binaries = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not binaries:
        pytest.fail("PostgreSQL is missing: apt-get install postgresql")
    bin_folder, port = binaries[-1].parent, free_port()
    folder = Path(tempfile.mkdtemp(prefix="microinf-pg-"))  # not under the user's home: `postgres` must reach it
    as_user: list[str] = []
    if os.geteuid() == 0:  # PostgreSQL refuses to run as root
        as_user = ["runuser", "-u", "postgres", "--"]
        shutil.chown(folder, "postgres")

    def run(*command: str | Path) -> None:
        subprocess.run([*as_user, *map(str, command)], check=True, stdout=subprocess.DEVNULL, cwd="/")

    listening = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder}"
    options = f"{listening} -c fsync=off -c max_connections=200"
    data, log = folder / "data", folder / "log"
    run(bin_folder / "initdb", "-D", data, "-A", "trust", "-U", "pg", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
    run(bin_folder / "pg_ctl", "-D", data, "-w", "-s", "-l", log, "-o", options, "start")
    try:
        run(bin_folder / "createdb", "-h", "127.0.0.1", "-p", str(port), "-U", "pg", "atproto")
        yield f"postgresql://pg@127.0.0.1:{port}/atproto"
    finally:
        run(bin_folder / "pg_ctl", "-D", data, "-m", "immediate", "-s", "stop")
        shutil.rmtree(folder)


@dataclass(frozen=True)
class AtprotoNetwork:
    """A whole AT Protocol network: base addresses, and the seeded accounts (did, handle, password)."""

    plc: str
    pds: str
    appview: str
    accounts: list[dict[str, str]]


@contextmanager
def _atproto_network(modules: Path, database: str, *flags: str) -> Iterator[AtprotoNetwork]:
    with tempfile.TemporaryFile("w+") as log:
        process = subprocess.Popen(
            ["node", SERVERS / "atproto" / "atnet.cjs", *flags],
            env={**os.environ, "NODE_PATH": str(modules), "DB_POSTGRES_URL": database},
            stdout=subprocess.PIPE, stderr=log, text=True,
        )  # fmt: skip
        try:
            assert process.stdout is not None
            line = next((line for line in process.stdout if line.startswith("{")), None)
            if line is None:
                log.seek(0)
                pytest.fail(f"the AT Protocol network did not start:\n{log.read()[-4000:]}")
            yield AtprotoNetwork(**json.loads(line))
        finally:
            stop(process)


@pytest.fixture(scope="session")
def atproto(installed: Callable[[str], Path], postgres: str) -> Iterator[AtprotoNetwork]:
    """The seeded network, without rate limits."""
    with _atproto_network(installed("atproto/node_modules"), postgres) as network:
        yield network


@pytest.fixture(scope="session")
def atproto_with_limits(installed: Callable[[str], Path], postgres: str) -> Iterator[AtprotoNetwork]:
    """A second seeded network whose PDS limits requests as in production (30 log-ins in 5 minutes)."""
    with _atproto_network(installed("atproto/node_modules"), postgres, "--rate-limits") as network:
        yield network


@dataclass(frozen=True)
class FediverseServer:
    """A server under the Mastodon API with the accounts alice and bob."""

    base: str  # http://host:port
    domain: str  # of its accounts
    tokens: dict[str, str]  # user name to access token

    def call(self, method: str, path: str, *, user: str = "alice", **options: Any) -> Any:
        """A call as a user; the decoded answer. A new connection each time: snac closes them without saying so."""
        headers = {"Authorization": f"Bearer {self.tokens[user]}"}
        response = httpx.request(method, self.base + path, headers=headers, **options)
        response.raise_for_status()
        return response.json() if response.text.startswith(("{", "[")) else None

    def post(self, text: str, *, user: str = "alice", **fields: str) -> dict[str, Any]:
        """Publish a status; the status as the server shows it."""
        status: dict[str, Any] = self.call("POST", "/api/v1/statuses", user=user, data={"status": text, **fields})
        return status

    def delete(self, status: Mapping[str, Any], *, user: str = "alice") -> None:
        self.call("DELETE", f"/api/v1/statuses/{status['id']}", user=user)


@dataclass(frozen=True)
class SnacServer(FediverseServer):
    """snac deletes through its web pages only."""

    passwords: dict[str, str]

    def delete(self, status: Mapping[str, Any], *, user: str = "alice") -> None:
        form = {"id": status["uri"], "action": "Delete"}
        answer = httpx.post(f"{self.base}/{user}/admin/action", data=form, auth=(user, self.passwords[user]))
        assert answer.status_code == httpx.codes.SEE_OTHER


@dataclass(frozen=True)
class MastodonMock(FediverseServer):
    """The fake also breaks on demand."""

    def fault(self, path: str, effect: dict[str, Any], count: int | None = 1) -> None:
        """Let the next `count` requests to `path` (with `*`) fail; None means until `clear_faults`."""
        rule = {"match": {"path": path}, "effect": effect, "count": count}
        self.call("POST", "/api/v1/_mock/faults", json=rule)

    def clear_faults(self) -> None:
        self.call("DELETE", "/api/v1/_mock/faults")


def _snac_token(base: str, user: str, password: str) -> str:
    """The log-in a person does in a browser: register an application, log in, exchange the code."""
    redirect = "urn:ietf:wg:oauth:2.0:oob"
    app = httpx.post(f"{base}/api/v1/apps", data={"client_name": "test", "redirect_uris": redirect}).json()
    login = {"login": user, "passwd": password, "redir": redirect, "cid": app["client_id"], "state": ""}
    code = httpx.post(f"{base}/oauth/x-snac-login", data=login).text.strip()
    grant = {
        "grant_type": "authorization_code", "code": code, "redirect_uri": redirect,
        "client_id": app["client_id"], "client_secret": app["client_secret"],
    }  # fmt: skip
    token: str = httpx.post(f"{base}/oauth/token", data=grant).json()["access_token"]
    return token


@pytest.fixture(scope="session")
def snac(installed: Callable[[str], Path], tmp_path_factory: pytest.TempPathFactory) -> Iterator[SnacServer]:
    """snac, a real small fediverse server in C, with alice and bob."""
    program, port = str(installed("snac/usr/bin/snac")), free_port()
    domain, data = f"localhost:{port}", tmp_path_factory.mktemp("snac") / "data"

    def run(*arguments: str | Path, answers: str = "") -> str:
        return subprocess.run([program, *arguments], input=answers, text=True, check=True, capture_output=True).stdout

    run("init", data, answers=f"127.0.0.1\n{port}\n{domain}\n\n\n")
    configuration = data / "server.json"
    # snac also talks to itself while it answers: with the usual 4 threads it now and then waits for its own time-out
    changes = {"protocol": "http", "num_threads": 32, "queue_timeout": 1, "queue_timeout_2": 1}
    configuration.write_text(json.dumps({**json.loads(configuration.read_text()), **changes}))
    passwords = {}
    for user in ("alice", "bob"):
        said = run("adduser", data, user, answers=f"User {user}\n")
        passwords[user] = said.partition("User password is ")[2].split()[0]
    process = subprocess.Popen([program, "httpd", data], stderr=subprocess.DEVNULL)
    try:
        base = f"http://{domain}"
        wait_until(answers(f"{base}/api/v1/instance"), process, "snac")
        tokens = {user: _snac_token(base, user, password) for user, password in passwords.items()}
        yield SnacServer(base, domain, tokens, passwords)
    finally:
        stop(process)


@pytest.fixture(scope="session")
def mastodon_mock(installed: Callable[[str], Path], tmp_path_factory: pytest.TempPathFactory) -> Iterator[MastodonMock]:
    """A stateful fake of Mastodon's API with Link headers and faults on demand, with alice and bob."""
    python, port = installed("mastodon_mock/bin/python"), free_port()
    domain, configuration = f"127.0.0.1:{port}", tmp_path_factory.mktemp("mastodon_mock") / "mock.toml"
    tokens = {user: f"token-of-{user}" for user in ("alice", "bob")}
    people = "".join(f'[[seed.accounts]]\nusername = "{user}"\naccess_token = "{token}"\n' for user, token in tokens.items())
    configuration.write_text(f'domain = "{domain}"\nurl_scheme = "http"\n{people}')
    process = subprocess.Popen(
        [python, "-m", "mastodon_mock", "serve", "--config", configuration, "--in-memory",
         "--host", "127.0.0.1", "--port", str(port), "--log-level", "error"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        wait_until(answers(f"http://{domain}/api/v1/instance"), process, "mastodon_mock")
        yield MastodonMock(f"http://{domain}", domain, tokens)
    finally:
        stop(process)
