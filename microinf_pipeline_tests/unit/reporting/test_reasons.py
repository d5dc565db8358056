"""Reasons are worded in the reader's language, with the numbers as that language writes them."""

from __future__ import annotations

import json
import re

import pytest

from microinf_pipeline.models.files import model_files
from microinf_pipeline.reporting import reasons
from microinf_pipeline.reporting.wording import Wording, entries

_CARD = json.dumps([
    {"code": "misfit", "misfits": [{"kind": "tier", "value": "macro"}, {"kind": "language", "value": "fr"}]},
    {"code": "named", "n": 1, "day": "2026-06-29"},
    {"code": "relevance_strong", "share": 0.625},
    {"code": "audience_strong", "n": 12400},
    {"code": "resonance_band_weak", "band": "q1"},
    {"code": "not_known", "parts": "cost, disclosure"},
])  # fmt: skip


def test_what_speaks_for_and_against_stands_apart_in_both_languages() -> None:
    assert reasons.weighed(Wording("en"), _CARD) == (
        "Not what the brand looks for: tier macro, language fr. Named the brand on 1 day of the last 90, last on 29 Jun 2026. For: writes much about the brand and its topics (62.5\u202f% of"
        " own posts); about 12,400 followers. Against: only in the lowest quarter of comparable creators by engagement."
        " Not known: Cost, Disclosure."
    )
    assert reasons.weighed(Wording("de"), _CARD) == (
        "Nicht, was die Marke sucht: Stufe Macro, Sprache fr. Hat die Marke an 1 Tag der letzten 90 genannt, zuletzt am 29. Juni 2026. Dafür: schreibt viel über die Marke und ihre Themen"
        " (62,5\u202f% der eigenen Beiträge); etwa 12.400 Follower. Dagegen: nach Engagement nur im untersten Viertel vergleichbarer"
        " Creator. Nicht bekannt: Kosten, Kennzeichnung."
    )


@pytest.mark.parametrize(
    ("part", "german"),
    [
        ({"code": "suppressed", "day": "2026-06-10", "reason": None}, "Seit 10. Juni 2026 nicht mehr ansprechen."),
        ({"code": "suppressed", "day": "2026-06-10", "reason": "Bitte"}, "Seit 10. Juni 2026 nicht mehr ansprechen: Bitte."),
        ({"code": "paid", "n": 90000, "cut": 100000},
         "90.000 Follower, nahe oder über der oberen Grenze von 100\u202fTsd.: bezahlt je Beitrag, Klick oder Paket."),
        ({"code": "product", "n": 900, "cut": 100000}, "900 Follower, deutlich unter der oberen Grenze von 100\u202fTsd."),
        ({"code": "rate_card", "network": "x", "tier": "micro", "format": None, "since": "2026-06-30", "until": None},
         "Nach der Preisliste für x Micro, jedes Format ab 30. Juni 2026."),
        ({"code": "sounds_cross", "sentiment": -0.82, "said_by": "model"}, "Klingt verärgert (-0,82, laut Modell)."),
        ({"code": "times_median", "times": 2.3, "tier": "nano", "network": "instagram"},
         "2,3-mal das mediane Engagement der Beiträge von Stufe Nano auf instagram."),
    ],
)  # fmt: skip
def test_a_part_is_worded_with_its_numbers(part: dict[str, object], german: str) -> None:
    assert reasons.listed(Wording("de"), json.dumps([part])) == german


@pytest.mark.parametrize("given", [None, "[]"])
def test_no_reason_is_no_sentence(given: str | None) -> None:
    assert (reasons.listed(Wording("en"), given), reasons.weighed(Wording("en"), given)) == ("", "")


def test_every_code_of_the_models_has_words_and_every_key_of_a_part_a_place_in_them() -> None:
    parts = {
        (code, tuple(sorted(re.findall(r"(\w+) :=", rest))))
        for model in model_files()
        for code, rest in re.findall(r"to_json\(struct_pack\(code := '(\w+)'(.*?)\)\),?(?: up|\n| words)", model.sql)
    }
    told = {
        (name.removeprefix("reason."), tuple(sorted(set(re.findall(r"{(\w+)}", entry["en"])))))
        for name, entry in entries().items()
        if name.startswith("reason.")
    }
    assert parts - told - _SILENT == set()
    assert len(parts) > 40


#: A single mention is said without its number.
_SILENT = {("all_negative", ("n",))}
