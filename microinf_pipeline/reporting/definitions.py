"""What each number of the report means: KPIs from meta_kpi_definitions, other columns from the wording.

Put here: finding a definition in the reader's language. Keep out: the definitions (`catalog.kpis`, `wording.toml`).
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from microinf_pipeline.reporting.published import PublishedTables, Row
from microinf_pipeline.reporting.shown import Language, words
from microinf_pipeline.reporting.wording import Wording, entries

READS = {"meta_kpi_definitions": "kpi version unit formula label_de label_en"}

_NEWEST = """
    SELECT kpi, unit, formula, label_de, label_en, version FROM meta_kpi_definitions
    QUALIFY row_number() OVER (PARTITION BY kpi ORDER BY version DESC) = 1
"""


@dataclass(frozen=True)
class Definition:
    """A label (may be empty) and what it stands for. `language` is that of the text: English where nobody has translated it."""

    label: str
    text: str
    language: Language


@cache
def german_formulas() -> dict[str, str]:
    """Formulas of KPIs in German, by KPI id."""
    text = (files("microinf_pipeline") / "reporting" / "formulas_de.toml").read_text(encoding="utf-8")
    found: dict[str, str] = tomllib.loads(text)
    return found


class Definitions:
    """Definitions in one language."""

    def __init__(self, tables: PublishedTables, wording: Wording) -> None:
        self._wording = wording
        self._kpis: dict[str, Row] = {}
        if not tables.missing(READS):
            self._kpis = {row["kpi"]: row for row in tables.rows(_NEWEST)}

    def is_share(self, name: str) -> bool:
        """Whether a KPI is told in per cent."""
        return name in self._kpis and self._kpis[name]["unit"] == "share"

    def of(self, name: str) -> Definition | None:
        """The definition of a KPI or of a column the wording explains; None where there is neither."""
        row, language = self._kpis.get(name), self._wording.language
        if row is not None:
            translated = german_formulas().get(name) if language == "de" else None
            text = translated or row["formula"]
            told = self._wording.say("define.kpi", text=text[0].upper() + text[1:], version=row["version"])
            is_english = language == "en" or translated is None
            return Definition(row[f"label_{language}"], told, "en" if is_english else "de")
        if f"define.{name}" in entries():
            label = self.label(name) if f"column.{name}" in entries() else ""
            return Definition(label, self._wording.say(f"define.{name}"), language)
        return None

    def label(self, name: str) -> str:
        """What the heading of a column or KPI says."""
        row = self._kpis.get(name)
        if f"column.{name}" in entries() or row is None:
            return self._wording.say(f"column.{name}")
        label: str = row[f"label_{self._wording.language}"]
        return label

    def metric(self, name: str) -> str:
        """What a goal's metric is called: whoever configured it may have named anything."""
        return self.label(name) if name in self._kpis or f"column.{name}" in entries() else words(name)
