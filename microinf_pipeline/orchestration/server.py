"""The Dagster UI of a home, and its daemon: started, watched, and stopped together.

Put here: these two processes. Keep out: what they serve (`definitions`).
"""

import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from microinf_pipeline.errors import FixConfigurationError
from microinf_pipeline.orchestration import instance
from microinf_pipeline.settings import Settings
from microinf_pipeline.settings.environment import for_dagster
from microinf_pipeline.storage.home import Home

_MODULE = ("-m", "microinf_pipeline.definitions")
_LOOK_SECONDS = 0.5
_END_SECONDS = 10


def serve(settings: Settings, *, config: Path | None, host: str, port: int, daemon: bool, say: Callable[[str], None]) -> int:
    """Serve until stopped or until one process ends. Returns its exit code, 0 when stopped from the keyboard.

    Takes no lock: a night may run meanwhile. Raises FixConfigurationError when the port is taken.
    """
    home = Home(settings.home)
    instance.prepare(home)
    _refuse_taken_port(host, port)
    environment = for_dagster(settings.home.absolute(), config)
    commands = [[sys.executable, "-m", "dagster_webserver", *_MODULE, "--host", host, "--port", str(port)]]
    if daemon:
        commands.append([sys.executable, "-m", "dagster._daemon", "run", *_MODULE])
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # a service manager's stop ends both, as Ctrl-C does
    processes = [subprocess.Popen(command, env=environment) for command in commands]
    say(f"http://{host}:{port}  (stop with Ctrl-C)")
    say("schedule and sensors are at work" if daemon else "schedule and sensors rest: they need --daemon")
    try:
        while all(process.poll() is None for process in processes):
            time.sleep(_LOOK_SECONDS)
        return next(code for process in processes if (code := process.poll()) is not None)
    except KeyboardInterrupt:
        return 0
    finally:
        _end(processes)


def _end(processes: list[subprocess.Popen[bytes]]) -> None:
    for process in processes:
        process.terminate()
    for process in processes:
        try:
            process.wait(_END_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()


def _refuse_taken_port(host: str, port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise FixConfigurationError(
                f"cannot listen on {host}:{port}: {error.strerror}",
                where="--port",
                fix="end what listens there, or name another port",
            ) from error
