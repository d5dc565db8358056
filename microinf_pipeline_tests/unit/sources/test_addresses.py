"""An address a stranger wrote stops nothing."""

from __future__ import annotations

from microinf_pipeline.sources.addresses import parts_of
from microinf_pipeline.sources.mastodon_api import local_id
from microinf_pipeline.sources.mastodon_records import bridged_from
from microinf_pipeline.sources.reddit_text import links_of

BROKEN = "https://[evil"


def test_what_is_no_address_has_no_parts() -> None:
    assert (parts_of(BROKEN).netloc, parts_of("https://a.example.test/x").netloc) == ("", "a.example.test")


def test_a_broken_address_in_a_post_is_read_as_any_other_text() -> None:
    assert links_of(None, BROKEN) == [BROKEN]
    assert bridged_from("https://[brid.gy/at://x") is None
    assert local_id(BROKEN, BROKEN) is None
