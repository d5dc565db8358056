"""Values read as a reader of the language expects; unknown is a dash."""

from __future__ import annotations

from datetime import date, datetime
from string import Formatter

import pytest

from microinf_pipeline.catalog.kpis import KPIS
from microinf_pipeline.catalog.kpis_of_tables import KPIS_OF_TABLES
from microinf_pipeline.reporting.csv_link import csv_text, data_address, plain_cell
from microinf_pipeline.reporting.definitions import german_formulas
from microinf_pipeline.reporting.shown import Shown, web_address
from microinf_pipeline.reporting.wording import Wording, entries

EN, DE = Shown("en"), Shown("de")


@pytest.mark.parametrize(
    ("value", "english", "german"),
    [
        (None, "–", "–"), (0, "0", "0"), (99999, "99,999", "99.999"), (131164, "131\u202fk", "131\u202fTsd."), (999_499, "999\u202fk", "999\u202fTsd."),
        (999_999, "1\u202fM", "1\u202fMio."), (1_220_000, "1.22\u202fM", "1,22\u202fMio."), (2.5e9, "2.5\u202fbn", "2,5\u202fMrd."),
    ],
)  # fmt: skip
def test_counts_are_exact_while_they_are_short(value: float | None, english: str, german: str) -> None:
    assert (EN.count(value), DE.count(value)) == (english, german)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "–"),
        (0.0, "0 %"),
        (1.0, "100 %"),
        (0.99978, "99.98 %"),
        (0.0291, "2.91 %"),
        (0.847, "84.7 %"),
        (2.4867, "248.7 %"),
        (-0.5, "-50.0 %"),
    ],
)
def test_shares_are_whole_only_when_they_are(value: float | None, words: str) -> None:
    assert EN.share(value).replace("\u202f", " ") == words


def test_days_periods_money_and_spans_follow_the_language() -> None:
    told = [
        (s.day(date(2026, 3, 1)), s.moment(datetime(2026, 9, 7, 4, 5)), s.period("week", date(2026, 8, 31)), s.period("week", date(2026, 8, 3)),
         s.period("month", date(2026, 8, 1)), s.money(1234.5, "EUR"), s.money(2.5, "GBP"), s.hours(47.6), s.hours(72))
        for s in (EN, DE)
    ]  # fmt: skip
    assert told == [
        (
            "1 Mar 2026",
            "7 Sep 2026, 04:05 UTC",
            "31 Aug – 6 Sep",
            "3–9 Aug",
            "Aug 2026",
            "1,234\u202fEUR",
            "2.50\u202fGBP",
            "48\u202fh",
            "3\u202fd",
        ),
        (
            "1. März 2026",
            "7. Sep. 2026, 04:05 UTC",
            "31. Aug. – 6. Sep.",
            "3.–9. Aug.",
            "Aug. 2026",
            "1.234\u202fEUR",
            "2,50\u202fGBP",
            "48\u202fh",
            "3\u202fTagen",
        ),
    ]


@pytest.mark.parametrize(
    ("url", "followed"),
    [
        ("https://x.com/a", "https://x.com/a"),
        ("javascript:alert(1)", None),
        ("data:text/html,x", None),
        ("https://[evil", None),
        ("", None),
        (None, None),
    ],
)
def test_only_addresses_of_the_web_become_links(url: str | None, followed: str | None) -> None:
    assert web_address(url) == followed


@pytest.mark.parametrize("begin", ["=", "+", "-", "@", "\t", "\r", "\n"])
def test_text_that_a_spreadsheet_would_run_gets_an_apostrophe(begin: str) -> None:
    assert plain_cell(f"{begin}cmd|' /C calc'!A0") == f"'{begin}cmd|' /C calc'!A0"


def test_numbers_and_other_text_stay_as_they_are() -> None:
    assert [plain_cell(v) for v in (-3, -0.5, None, "a=b", "")] == [-3, -0.5, None, "a=b", ""]
    assert csv_text(["a", "b"], [[-1, 'say "x", y']]) == '\ufeffa,b\r\n-1,"say ""x"", y"\r\n'


def test_the_address_of_a_csv_keeps_every_character() -> None:
    assert data_address('a,"ä#%&\n') == "data:text/csv;charset=utf-8,a,%22%C3%A4%23%25%26%0A"


def test_every_entry_is_in_both_languages_with_the_same_places_to_fill() -> None:
    def places(text: str) -> set[str]:
        return {name for _, name, _, _ in Formatter().parse(text) if name} - {"n"}

    for name, entry in entries().items():
        assert {"en", "de"} <= entry.keys() <= {"en", "de", "en_one", "de_one"}, name
        assert ("en_one" in entry) == ("de_one" in entry), name
        assert places(entry["en"]) == places(entry["de"]), name


def test_one_thing_reads_differently_from_many() -> None:
    said = [Wording("de").say("numbers.more", n=n) for n in (1, 1200)]
    assert said == ["1 weitere Marke steht in den Tabellen.", "1.200 weitere Marken stehen in den Tabellen."]


def test_german_formulas_are_of_kpis_there_are() -> None:
    assert german_formulas().keys() <= {k.id for k in (*KPIS, *KPIS_OF_TABLES)}
