"""The words of the report in its languages, from `wording.toml`: one entry a sentence, both languages side by side.

Put here: finding and filling a sentence. Keep out: numbers and days as text (`shown`), definitions of KPIs (`definitions`).
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from microinf_pipeline.reporting.shown import Language, Shown, words

LANGUAGES: tuple[Language, ...] = ("en", "de")


@cache
def entries() -> Mapping[str, Mapping[str, str]]:
    """Every entry by its dotted name: {"en": …, "de": …}, and `en_one`, `de_one` where one thing reads differently."""
    text = (files("microinf_pipeline") / "reporting" / "wording.toml").read_text(encoding="utf-8")
    return {f"{group}.{name}": entry for group, entries_of in tomllib.loads(text).items() for name, entry in entries_of.items()}


@dataclass(frozen=True)
class Wording:
    """Sentences of one language; `shown` writes the values in them."""

    language: Language = "en"

    @property
    def shown(self) -> Shown:
        return Shown(self.language)

    def say(self, name: str, **values: Any) -> str:
        """The sentence of that name, filled. `n` chooses between one and many. KeyError for a name nobody wrote."""
        entry = entries()[name]
        one = f"{self.language}_one"
        text = entry[one] if values.get("n") == 1 and one in entry else entry[self.language]
        if isinstance(values.get("n"), int):
            values["n"] = self.shown.count(values["n"])
        return text.format(**values) if values else text

    def value(self, value: str | None) -> str:
        """A value of a column as words; one that nobody translated reads as it is called."""
        return self.named("value", value)

    def named(self, group: str, name: str | None) -> str:
        """What something of a group is called; its identifier as words where nobody has said so."""
        entry = entries().get(f"{group}.{name}")
        return words(name) if entry is None else entry[self.language]

    def listed(self, names: Sequence[str], last: str = "and") -> str:
        """Names as a list: a, b and c; `last` is and, or."""
        if len(names) < 2:
            return "".join(names)
        return f"{', '.join(names[:-1])} {self.say(f'list.{last}')} {names[-1]}"
