"""The report: pages that open anywhere, without network or server, from the published tables; one a language.

Put here: putting a page together. Keep out: what a section shows (`sections`), its marks (`templates`), its words
(`wording.toml`). Whatever strangers wrote is escaped by the templates.
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from markupsafe import Markup

from microinf_pipeline.catalog.engine import Engine
from microinf_pipeline.reporting.published import PublishedTables
from microinf_pipeline.reporting.sections import SECTIONS
from microinf_pipeline.reporting.sections.book import Book
from microinf_pipeline.reporting.shown import Language
from microinf_pipeline.reporting.summary import Sentence, five_sentences
from microinf_pipeline.reporting.wording import LANGUAGES, Wording

if TYPE_CHECKING:
    import jinja2

_ABOUT = """
    SELECT a.as_of, count(*) AS nights, min(r.night) AS first_night, max(r.night) AS last_night, max(r.version) AS version
    FROM meta_data_as_of AS a CROSS JOIN meta_runs AS r GROUP BY a.as_of
"""


@dataclass
class _Tips:
    """Ids of the definitions on a page, one after the other."""

    count: int = 0

    def next(self) -> str:
        self.count += 1
        return self.last

    @property
    def last(self) -> str:
        return f"tip-{self.count}"


def file_of(language: Language, default: Language) -> str:
    """The file a page lies in: the default language's is the index."""
    return "index.html" if language == default else f"index.{language}.html"


def render(
    engine: Engine, *, default: Language = "en", snapshot: int | None = None, since: datetime | None = None
) -> dict[str, str]:
    """The pages as HTML by file name, from relations of the engine that carry the names of published tables.

    `snapshot`: the number they are published under; `since`: when the last night the report before knew had ended.
    """
    tables = PublishedTables(engine)
    return {
        file_of(language, default): render_page(tables, language, default=default, snapshot=snapshot, since=since)
        for language in LANGUAGES
    }


def render_page(
    tables: PublishedTables,
    language: Language,
    *,
    default: Language | None,
    snapshot: int | None = None,
    since: datetime | None = None,
) -> str:
    """One page. Without a `default` it stands alone and names no page of the other language."""
    book = Book(tables, Wording(language), since)
    (other,) = (one for one in LANGUAGES if one != language)
    shown, script = book.shown, _text("report.js").strip()
    environment = _environment().overlay()
    environment.filters |= {"day": shown.day, "moment": shown.moment, "value": book.wording.value}
    return environment.get_template("page.html.jinja").render(
        about=tables.rows(_ABOUT)[0],
        snapshot=snapshot,
        language=language,
        other_language=other,
        say=book.say,
        tips=_Tips(),
        other_page=None if default is None else file_of(other, default),
        css=Markup(_text("report.css")),
        script=Markup(script),
        script_sha256=base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
        sentences=five_sentences(book),
        sections=[section.drawn(book) for section in SECTIONS],
    )


def summary(engine: Engine, language: Language, since: datetime | None = None) -> tuple[Sentence, ...]:
    """The five sentences alone."""
    return five_sentences(Book(PublishedTables(engine), Wording(language), since))


@cache
def _environment() -> jinja2.Environment:
    import jinja2  # only a night that publishes pays for it

    return jinja2.Environment(
        loader=jinja2.PackageLoader("microinf_pipeline.reporting", "templates"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )


def _text(name: str) -> str:
    return (files("microinf_pipeline") / "reporting" / name).read_text(encoding="utf-8")
