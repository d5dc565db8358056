"""What `microinf explain` tells: where a post, a creator or a number comes from, down to the deliveries.

Put here: which story a key asks for, and what it is told from. Keep out: the stories (`explained_post`, `explained_creator`,
`explained_kpi`). Reads the accepted state or the published file, never a running night's; takes no lock.
"""

from __future__ import annotations

from microinf_pipeline.errors import FixConfigurationError
from microinf_pipeline.night.explaining.creator import creator_story
from microinf_pipeline.night.explaining.kpi import kpi_story
from microinf_pipeline.night.explaining.post import post_story
from microinf_pipeline.night.run import engine_of
from microinf_pipeline.night.sections import Section
from microinf_pipeline.settings import Settings
from microinf_pipeline.storage.home import Home
from microinf_pipeline.storage.lake import Candidate
from microinf_pipeline.storage.published import open_published


def explain(settings: Settings, kind: str, key: str) -> list[Section]:
    """The story of a post, creator or kpi. Raises FixConfigurationError, with near keys, for one that is not there."""
    home = Home(settings.home)
    if kind == "kpi":
        engine = open_published(home)
        try:
            return kpi_story(engine, key.strip())
        finally:
            engine.close()
    candidate = Candidate(home.lake)
    if not candidate.before.nights:
        raise FixConfigurationError("no night has been accepted yet", where=str(home.lake), fix="microinf run")
    story = post_story if kind == "post" else creator_story
    lake_engine = engine_of(settings)
    try:
        return story(lake_engine, candidate, key.strip())
    finally:
        lake_engine.close()
