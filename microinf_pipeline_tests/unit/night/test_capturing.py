"""What nobody foresaw in one source ends the night, after the others have closed their raw."""

from __future__ import annotations

import asyncio
from datetime import date
from pathlib import Path

import pytest

from microinf_pipeline.night import capturing
from microinf_pipeline.night.run import open_run
from microinf_pipeline.storage.raw import Capture
from microinf_pipeline_tests.homes import SmallHome, a_post

NIGHT = "2026-03-20"


def test_a_source_that_breaks_in_an_unforeseen_way_leaves_the_others_their_raw(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = SmallHome(tmp_path, posts={"broken": [a_post(NIGHT, "1")], "sound": [a_post(NIGHT, "2")]})
    whole = capturing._files

    def breaks(run, source, night, capture):  # type: ignore[no-untyped-def]
        if source.name == "broken":
            raise ZeroDivisionError
        return whole(run, source, night, capture)

    monkeypatch.setattr(capturing, "_files", breaks)
    engine = home.engine()
    try:
        run = open_run(home.settings, engine, [date.fromisoformat(NIGHT)])
        with pytest.raises(ZeroDivisionError):
            asyncio.run(capturing._all(run))
    finally:
        engine.close()
    assert Capture(home.home.raw, "sound", date.fromisoformat(NIGHT), 1).manifest() is not None
