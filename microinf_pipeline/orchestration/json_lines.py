"""Dagster's log as JSON lines in `<home>/logs`, one file a day, instead of colours on stderr.

Put here: the logger. Keep out: what is logged.
"""

import json
import logging
from pathlib import Path

import dagster as dg

from microinf_pipeline import clock

LOGGER = "json_lines"


class JsonLines(logging.Handler):
    """Appends one JSON object a record: at, level, run, step, message. Never row content: Dagster is given none."""

    def __init__(self, folder: Path) -> None:
        super().__init__(logging.INFO)
        self._folder = folder

    def emit(self, record: logging.LogRecord) -> None:
        about = getattr(record, "dagster_meta", {})
        line = {
            "at": clock.now().isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "run": about.get("run_id"),
            "step": about.get("step_key"),
            "message": about.get("orig_message") or record.getMessage(),
        }
        self._folder.mkdir(parents=True, exist_ok=True)
        with (self._folder / f"{clock.now():%Y-%m-%d}.jsonl").open("a", encoding="utf-8") as out:
            out.write(json.dumps(line, ensure_ascii=False) + "\n")


def json_lines(folder: Path) -> dg.LoggerDefinition:
    """The logger of a home."""

    def made(_context: dg.InitLoggerContext) -> logging.Logger:
        logger = logging.getLogger(f"microinf.{LOGGER}")
        logger.setLevel(logging.INFO)
        logger.propagate = False
        logger.handlers = [JsonLines(folder)]
        return logger

    return dg.LoggerDefinition(made, description=f"JSON lines in {folder}")
