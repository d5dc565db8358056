"""What is shown of a refused row: a time or a number that could not be read, never what a person wrote."""

from __future__ import annotations

import pytest

from microinf_pipeline.night.refused import example
from microinf_pipeline.settings.file_source import FileSource

SOURCE = FileSource.model_validate(
    {
        "name": "feed", "type": "files", "path": "feed.csv", "holds": "posts", "network": "x", "origin": "file_export",
        "night": {"column": "day"},
        "columns": {
            "post_id": "id", "text": "text", "created_at": {"first_of": ["at", "since"]}, "likes": "likes",
            "views": {"sql": "seen * 2"},
        },
    }
)  # fmt: skip
NOT_A_TIME = "created_at is not a time"


@pytest.mark.parametrize(
    ("reason", "raw", "shown"),
    [
        (NOT_A_TIME, '{"text": "so nice", "at": "31.02.2026", "since": null}', "31.02.2026"),
        (NOT_A_TIME, '{"at": null, "since": "99/99/2026"}', "99/99/2026"),
        (NOT_A_TIME, '{"at": "' + "1" * 50 + '"}', "1" * 40),
        ("time out of range", '{"at": "1970-01-01"}', "1970-01-01"),
        ("night is not a date", '{"day": "2026-13-01"}', "2026-13-01"),
        ("likes is not a number", '{"likes": "12 Tsd."}', "12 Tsd."),
        (NOT_A_TIME, '{"at": "We met 2 lovely people there"}', None),
        (NOT_A_TIME, '{"at": ""}', None),
        (NOT_A_TIME, '{"at": "31.02.2026", "text": "cut at fo', None),
        (NOT_A_TIME, None, None),
        ("views is not a number", '{"seen": "1 2 3"}', None),
        ("no id, address or text", '{"text": "4711"}', None),
        ("not CSV", '12,"so nice', None),
    ],
)
def test_only_times_and_numbers_are_shown(reason: str, raw: str | None, shown: str | None) -> None:
    assert example(SOURCE, reason, raw) == shown
