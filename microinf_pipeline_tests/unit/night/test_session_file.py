"""Tokens a source keeps between runs."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from microinf_pipeline.errors import BrokenStateError
from microinf_pipeline.night.networks.access import SessionFile


def test_tokens_come_back_as_they_were_and_are_their_owners_alone(tmp_path: Path) -> None:
    path = tmp_path / "sessions" / "feed.json"
    assert SessionFile(path).load() is None
    SessionFile(path).save({"token": "token-9f"})
    assert SessionFile(path).load() == {"token": "token-9f"}
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize("content", ["", '{"token": "token-9f', '"token-9f"'])
def test_tokens_that_cannot_be_read_say_what_to_do_without_telling_them(tmp_path: Path, content: str) -> None:
    path = tmp_path / "feed.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(BrokenStateError) as caught:
        SessionFile(path).load()
    assert "delete the file" in caught.value.fix
    assert "token-9f" not in f"{caught.value} {caught.value.__cause__} {caught.value.__context__}"
