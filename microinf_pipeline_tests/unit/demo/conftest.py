"""The demo, generated once for all tests of this folder."""

from __future__ import annotations

import pytest

from microinf_pipeline import demo
from microinf_pipeline_tests.unit.demo.reading import Demo, read


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    """A demo whose failing file has not been repaired."""
    return read(demo.generate(tmp_path_factory.mktemp("demo")))
