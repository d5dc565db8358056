"""A process of its own for Great Expectations: its import (2 s) runs on the other core while a night captures.

It reads one JSON line a question (share and bound of every gate), writes one line an answer, and ends with its input, so
also when the night is killed. Put here: that conversation. Keep out: what a gate is (`gates`), what GX is asked (`gx`).
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any

from microinf_pipeline.errors import MicroinfError

_ROOT = Path(__file__).parents[2]
_CODE = f"import sys; sys.path.insert(0, {str(_ROOT)!r}); from microinf_pipeline.quality.gx import serve; serve()"

Bounds = Mapping[str, tuple[float, str]]
Outcomes = dict[str, tuple[bool, str]]


class Judge:
    """One such process; started when first asked, or before by `get_ready`."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None
        self._turn = threading.Lock()

    def get_ready(self) -> None:
        """Start the process, without waiting for it. Imports nothing heavy: call it as soon as a night is sure to come."""
        with self._turn:
            self._started()

    def outcomes(self, shares: Mapping[str, float], bounds: Bounds) -> Outcomes:
        """Per gate, whether its share is within its bound, and the severity it was judged with.

        Raises MicroinfError when Great Expectations fails, or its process is gone.
        """
        with self._turn:
            process = self._started()
            answer = self._asked(process, {"shares": dict(shares), "bounds": {k: list(v) for k, v in bounds.items()}})
        if "error" in answer:
            raise MicroinfError(answer["error"], where="quality/gx.py", fix=answer["fix"])
        return {column: (bool(passed), str(severity)) for column, (passed, severity) in answer["outcomes"].items()}

    def _started(self) -> subprocess.Popen[str]:
        if self._process is None or self._process.poll() is not None:
            pipe = subprocess.PIPE
            self._process = subprocess.Popen(
                [sys.executable, "-c", _CODE], stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, text=True, encoding="utf-8"
            )
        return self._process

    def _asked(self, process: subprocess.Popen[str], question: dict[str, Any]) -> dict[str, Any]:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            process.stdin.write(json.dumps(question) + "\n")
            process.stdin.flush()
            line = process.stdout.readline()
        except BrokenPipeError:
            line = ""
        if not line:
            raise MicroinfError(
                f"the process that judges ended with {process.wait()}",
                where="quality/judging.py",
                fix="run again; if it stays so, look whether great_expectations can be imported",
            )
        answer: dict[str, Any] = json.loads(line)
        return answer


JUDGE = Judge()


def take_output() -> IO[str]:
    """The answers' channel of this process; whatever libraries print goes to its error output."""
    channel = sys.stdout
    sys.stdout = sys.stderr
    return channel
