"""Which accounts and sites a profile names as its own."""

from __future__ import annotations

import pytest

from microinf_pipeline.people.identity_addresses import named_accounts, plain_text, read_address, sites
from microinf_pipeline.people.identity_rules import link_rules

RULES = link_rules()
CHANNEL = "UC0123456789abcdefghijAB"


@pytest.mark.parametrize(
    ("address", "named"),
    [
        ("https://www.instagram.com/Anna.Lind/?hl=en", ("instagram", "anna.lind", None)),
        ("instagram.com/annalind.", ("instagram", "annalind", None)),
        ("https://instagram.com/p/Cabc/", None),
        ("https://www.instagram.com/", None),
        ("http://twitter.com/AnnaLind", ("x", "annalind", None)),
        ("https://x.com/annalind?s=20", ("x", "annalind", None)),
        ("https://x.com/annalind/status/1", None),
        ("https://x.com/search?q=anna", None),
        ("https://www.tiktok.com/@anna.lind?lang=de", ("tiktok", "anna.lind", None)),
        ("https://tiktok.com/@anna/video/1", None),
        (f"https://m.youtube.com/channel/{CHANNEL}/videos", ("youtube", None, CHANNEL)),
        ("youtube.com/@AnnaLind", ("youtube", "annalind", None)),
        ("https://youtube.com/watch?v=abcdefghijk", None),
        ("https://fb.com/anna.lind", ("facebook", "anna.lind", None)),
        ("https://www.facebook.com/profile.php?id=1000123&sk=x", ("facebook", None, "1000123")),
        ("https://facebook.com/groups/1", None),
        ("https://www.threads.net/@anna", ("threads", "anna", None)),
        ("https://bsky.app/profile/anna.example", ("bluesky", "anna.example", None)),
        ("https://bsky.app/profile/did:plc:abc123", ("bluesky", None, "did:plc:abc123")),
        ("https://bsky.app/profile/anna.example/post/3k", None),
        ("anna.bsky.social", ("bluesky", "anna.bsky.social", None)),
        ("https://old.reddit.com/u/anna", ("reddit", "anna", None)),
        ("https://de.linkedin.com/in/anna-lind/", ("linkedin", "anna-lind", None)),
        ("https://social.example/@Anna", ("mastodon", "anna@social.example", None)),
        ("https://social.example/@anna@other.example", ("mastodon", "anna@other.example", None)),
        ("https://social.example/@anna/112233", None),
        ("https://annalind.example/about", None),
    ],
)
def test_an_address_names_an_account_or_none(address: str, named: tuple[str, str | None, str | None] | None) -> None:
    found = read_address(address, RULES)
    assert (found and (found.network, found.handle, found.account_id)) == named


def named_in(bio: str) -> list[tuple[str, str | None]]:
    return [(one.network, one.handle) for one in named_accounts(bio, (), RULES)]


@pytest.mark.parametrize(
    ("bio", "named"),
    [
        ("Yoga 🌿 IG: @anna.lind", [("instagram", "anna.lind")]),
        ("insta @annalind | TikTok: annalind", [("instagram", "annalind"), ("tiktok", "annalind")]),
        ("X: @annalind", [("x", "annalind")]),
        ("I like my ex anna and x anna", []),
        ("YT - @annalind", [("youtube", "annalind")]),
        ("also @anna@social.example", [("mastodon", "anna@social.example")]),
        ("mail: anna@social.example", []),
        ("see https://instagram.com/annalind, thanks", [("instagram", "annalind")]),
        ("instagram.com/annalind (IG: @AnnaLind)", [("instagram", "annalind")]),
        ("Fan account of https://instagram.com/annalind", []),
        ("photos by IG: @ben", []),
        ("wife of instagram.com/ben · IG: @anna", [("instagram", "anna")]),
        ("hello", []),
        ("", []),
    ],
)
def test_a_bio_names_accounts_as_its_own(bio: str, named: list[tuple[str, str]]) -> None:
    assert sorted(named_in(bio)) == sorted(named)


def test_markup_keeps_the_address_of_a_link() -> None:
    bio = '<p>Me: <a href="https://x.com/anna" rel="nofollow"><span>x.com/</span><span>an…</span></a><br>hi</p>'
    assert plain_text(bio).split() == ["Me:", "https://x.com/anna", "hi"]
    assert named_in(bio) == [("x", "anna")]


def test_sites_are_whole_sites_only() -> None:
    assert sites("my shop annalind.example and https://other.example/page", ("https://www.lind.example/",)) == {
        "annalind.example",
        "lind.example",
    }
