"""The report of a snapshot: its pages, one page rendered again, its five sentences as a digest.

Put here: from which snapshot a report is made, and into which file. Keep out: what stands in it (`reporting`), who gets the
digest (`orchestration.alerts`).
"""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Final, Literal

from microinf_pipeline.errors import FixConfigurationError
from microinf_pipeline.reporting import report
from microinf_pipeline.reporting.published import PublishedTables
from microinf_pipeline.settings import Settings
from microinf_pipeline.storage.home import Home
from microinf_pipeline.storage.published import open_published, open_snapshot

#: Where the report lies in a snapshot; the page in the other language lies beside it.
REPORT = "report/index.html"
Language = Literal["en", "de"]
LANGUAGES: Final[dict[str, Language]] = {"en": "en", "de": "de"}


def pages_of(settings: Settings, folder: Path) -> dict[str, str]:
    """The pages of a snapshot, as HTML by their name inside it; read from its published file alone."""
    home, number = Home(settings.home), int(folder.name)
    engine = open_snapshot(home, folder)
    try:
        pages = report.render(engine, default=settings.publish.language, snapshot=number, since=_since(home, number))
    finally:
        engine.close()
    return {f"report/{name}": page for name, page in pages.items()}


def published_report(settings: Settings) -> Path:
    """Where the newest published report is. Raises FixConfigurationError while there is none."""
    path = Home(settings.home).published / REPORT
    if not path.exists():
        raise FixConfigurationError("no report has been published yet", where=str(path), fix="microinf publish")
    return path


def render_report(settings: Settings, output: Path, language: Language | None = None) -> Path:
    """Render one page on what is published into a file; nothing published changes. Returns the file."""
    home = Home(settings.home)
    engine = open_published(home)
    try:
        number = int(home.published.resolve().name)
        chosen = language or settings.publish.language
        page = report.render_page(
            PublishedTables(engine), chosen, default=None, snapshot=number, since=_since(home, number)
        )  # fmt: skip
    finally:
        engine.close()
    output.parent.mkdir(parents=True, exist_ok=True)
    output.write_text(page, encoding="utf-8")
    return output


def digest(settings: Settings, language: Language | None = None) -> str:
    """The five sentences of what is published, a line each."""
    home = Home(settings.home)
    engine = open_published(home)
    try:
        number = int(home.published.resolve().name)
        sentences = report.summary(engine, language or settings.publish.language, _since(home, number))
    finally:
        engine.close()
    return "\n".join(f"{sentence.title}: {sentence.text}" for sentence in sentences)


def _since(home: Home, number: int) -> datetime | None:
    """When the last night of the snapshot before this one had ended: later ones are news. None where none is kept."""
    earlier = [int(p.parent.name) for p in home.snapshots.glob("*/manifest.json") if p.parent.name.isdigit()]
    before = max((n for n in earlier if n < number), default=None)
    if before is None:
        return None
    told = json.loads((home.snapshots / str(before) / "manifest.json").read_text(encoding="utf-8")).get("runs_until")
    return None if told is None else datetime.fromisoformat(told)
