"""Rows of one CSV of `inputs:`, read as text, and everything that is wrong with them, told at once.

Put here: how rows are judged and how that is said. Keep out: what each file's rows must be (the modules that read them).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from pathlib import Path

import polars as pl

from microinf_pipeline.catalog.observed import NETWORKS
from microinf_pipeline.errors import FixConfigurationError
from microinf_pipeline.settings import Settings
from microinf_pipeline.settings.inputs import INPUT_FILES

_AMOUNT = r"^-?[0-9]+(\.[0-9]+)?$"
_WHOLE = r"^[0-9]{1,9}$"  # what INTEGER holds
_CURRENCY = r"^[A-Z]{3}$"
_DAY = "%Y-%m-%d"
_LINES_SHOWN = 5


def read_input(path: Path, key: str) -> pl.DataFrame:
    """All columns as text, blanks around values dropped, NULL for an empty cell; `line` counts from the header."""
    file = INPUT_FILES[key]
    try:
        rows = pl.read_csv(path, infer_schema=False)
    except (OSError, pl.exceptions.PolarsError) as error:
        raise FixConfigurationError(f"inputs: {key} cannot be read: {error}", where=str(path), fix="repair the file") from error
    missing = [column for column in file.required if column not in rows.columns]
    if missing:
        raise FixConfigurationError(
            f"inputs: {key} lacks {', '.join(missing)}", where=str(path), fix=f"first line: {','.join(file.columns)}"
        )
    absent = [pl.lit(None, pl.String).alias(column) for column in file.optional if column not in rows.columns]
    text = pl.col(*file.columns).str.strip_chars()
    return rows.with_columns(absent).select(text.replace("", None)).with_row_index("line", 2)


class JudgedRows:
    """`rows`: the file's columns as text (NULL for an empty cell) and `line`, counted from the header's 1."""

    def __init__(self, path: Path, key: str) -> None:
        self.path, self.key = path, key
        self.rows = read_input(path, key)
        self._wrong: list[tuple[str, str]] = []

    def refuse(self, wrong: pl.Expr, what: str, fix: str = "repair the lines") -> None:
        """Rows for which `wrong` is true are refused."""
        self.refuse_lines(self.rows.filter(wrong)["line"].to_list(), what, fix)

    def refuse_lines(self, lines: Iterable[int], what: str, fix: str) -> None:
        """These lines are refused; no line, nothing to say."""
        numbers = sorted(lines)
        if numbers:
            shown = ", ".join(map(str, numbers[:_LINES_SHOWN])) + (" …" if len(numbers) > _LINES_SHOWN else "")
            self._wrong.append((f"{what} in line {shown}", fix))

    def refuse_empty(self, *names: str) -> None:
        """A cell of these columns may not be empty."""
        for name in names:
            self.refuse(pl.col(name).is_null(), f"an empty {name}", f"fill in {name}")

    def refuse_unknown(self, column: str, known: Collection[str]) -> None:
        """A cell of this column holds one of the words known, in the case they are written in, or nothing."""
        self.refuse(~pl.col(column).is_in(list(known)), f"an unknown {column}", f"known: {', '.join(known)}")

    def refuse_strangers(self, settings: Settings) -> None:
        """Networks, brands and campaigns (of that brand) must be known; empty ones are not judged here."""
        for column in ("network", "other_network"):
            if column in self.rows.columns:
                self.refuse_unknown(column, NETWORKS)
        if "brand_id" in self.rows.columns:
            brands = [brand.id for brand in settings.brands]
            self.refuse(~pl.col("brand_id").is_in(brands), "a brand_id that no brand has", f"brands here: {', '.join(brands)}")
        if "campaign_id" in self.rows.columns:
            known = pl.DataFrame(
                [(c.brand, c.id) for c in settings.campaigns], {"brand_id": pl.String, "campaign_id": pl.String}, orient="row"
            )
            named = self.rows.filter(pl.col("campaign_id").is_not_null())
            strange = named.join(known, on=["brand_id", "campaign_id"], how="anti")
            fix = "name a campaign of the brand, or leave the cell empty"
            self.refuse_lines(strange["line"].to_list(), "a campaign_id that no campaign of the brand has", fix)

    def read_days(self, *names: str) -> None:
        """Columns of days become days."""
        for name in names:
            day = pl.col(name).str.to_date(_DAY, strict=False)
            self.refuse(pl.col(name).is_not_null() & day.is_null(), f"a {name} that is not YYYY-MM-DD")
            self.rows = self.rows.with_columns(day.alias(name))

    def read_moments(self, *names: str) -> None:
        """Columns of moments become UTC moments without zone; a day alone is its first moment, one without zone is UTC."""
        for name in names:
            at = pl.coalesce(
                pl.col(name).str.to_datetime("%+", strict=False, time_unit="us").dt.replace_time_zone(None),
                pl.col(name).str.replace(" ", "T").str.to_datetime("%Y-%m-%dT%H:%M:%S%.f", strict=False, time_unit="us"),
                pl.col(name).str.replace(" ", "T").str.to_datetime("%Y-%m-%dT%H:%M", strict=False, time_unit="us"),
                pl.col(name).str.to_date(_DAY, strict=False).cast(pl.Datetime("us")),
            )
            self.refuse(pl.col(name).is_not_null() & at.is_null(), f"a {name} that is no time like 2026-03-01T10:00:00Z")
            self.rows = self.rows.with_columns(at.alias(name))

    def read_amounts(self, *names: str, negative: bool = False) -> None:
        """Columns of amounts become numbers."""
        for name in names:
            number = pl.when(pl.col(name).str.contains(_AMOUNT)).then(pl.col(name)).cast(pl.Float64, strict=False)
            self.refuse(pl.col(name).is_not_null() & number.is_null(), f"a {name} that is no number like 1234.50")
            if not negative:
                self.refuse(number < 0, f"a {name} below 0")
            self.rows = self.rows.with_columns(number.alias(name))

    def read_whole(self, *names: str) -> None:
        """Columns of counts, of years, become whole numbers."""
        for name in names:
            number = pl.when(pl.col(name).str.contains(_WHOLE)).then(pl.col(name)).cast(pl.Int64)
            self.refuse(pl.col(name).is_not_null() & number.is_null(), f"a {name} that is no whole number")
            self.rows = self.rows.with_columns(number.alias(name))

    def read_currency(self) -> None:
        """Currencies are ISO 4217."""
        self.refuse(~pl.col("currency").str.contains(_CURRENCY), "a currency that is not three capital letters", "write EUR")

    def refuse_order(self) -> None:
        """`valid_to` is the first day on which a row no longer holds."""
        self.refuse(
            pl.col("valid_to") <= pl.col("valid_from"), "a valid_to that is not after valid_from", "valid_to is exclusive"
        )

    def refuse_mixed_currencies(self, group: Sequence[str], of_what: str, fix: str) -> None:
        """Amounts of one group are of one currency: no rate of exchange is known here, and none is guessed."""
        money = self.rows.filter(pl.all_horizontal(pl.col(*group, "currency").is_not_null()))
        mixed = money.filter(pl.col("currency").n_unique().over(group) > 1)
        for key, rows in mixed.sort("line").group_by(group, maintain_order=True):
            found = ", ".join(rows["currency"].unique(maintain_order=True).to_list())
            self.refuse_lines(rows["line"].to_list(), f"currencies mixed ({found}) {of_what} {key[-1]}", fix)

    def refuse_twice(self, key: Sequence[str], what: str) -> None:
        """No two rows have the same key."""
        self.refuse(pl.struct(key).is_duplicated(), what, "keep one of the lines, or tell them apart")

    def judged(self) -> pl.DataFrame:
        """The rows. Raises FixConfigurationError that names everything refused, with its lines."""
        if self._wrong:
            what = "; ".join(what for what, _ in self._wrong)
            fixes = "; ".join(dict.fromkeys(fix for _, fix in self._wrong))
            raise FixConfigurationError(f"inputs: {self.key}: {what}", where=str(self.path), fix=fixes)
        return self.rows
