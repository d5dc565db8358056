from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from microinf_pipeline.features.links import canonical_host, canonical_urls, post_ids, registrable_domain, sites_of

SAME_CONTENT = {
    "https://x.com/i/status/123": (
        "https://twitter.com/Acme/status/123?s=20&t=abc",
        "http://www.x.com/acme/status/123/photo/1",
        "https://mobile.twitter.com/i/web/status/123#reply",
        "x.com/acme/statuses/123/",
    ),
    "https://youtube.com/watch?v=abcDEF-_123": (
        "https://youtu.be/abcDEF-_123?si=xyz&t=5",
        "https://www.youtube.com/watch?list=PL1&v=abcDEF-_123&index=3",
        "https://m.youtube.com/shorts/abcDEF-_123?feature=share",
        "https://www.youtube-nocookie.com/embed/abcDEF-_123",
    ),
    "https://youtube.com/watch?lc=Ugx.9&v=abcDEF-_123": ("https://www.youtube.com/watch?v=abcDEF-_123&lc=Ugx.9",),
    "https://youtube.com/playlist?list=PL1": ("https://www.youtube.com/playlist?list=PL1&si=1",),
    "https://instagram.com/p/Cx_1": (
        "https://www.instagram.com/acme/p/Cx_1/?igsh=abc&img_index=2",
        "https://instagram.com/reel/Cx_1/?utm_source=ig_web",
    ),
    "https://facebook.com/permalink.php?id=33&story_fbid=12": (
        "https://www.facebook.com/permalink.php?story_fbid=12&id=33&__tn__=R",
        "https://m.facebook.com/permalink.php?id=33&story_fbid=12&fbclid=9",
    ),
    "https://threads.com/t/Cx1": ("https://www.threads.net/@acme/post/Cx1?xmt=1", "https://threads.com/t/Cx1/"),
    "https://tiktok.com/@/video/77": ("https://www.tiktok.com/@acme.de/video/77?_r=1&_t=2", "https://m.tiktok.com/v/77.html"),
    "https://reddit.com/comments/abc": ("https://old.reddit.com/r/de/comments/abc/ein_titel/?sort=top", "https://redd.it/abc"),
    "https://reddit.com/comments/abc/_/k1": ("https://www.reddit.com/r/de/comments/abc/ein_titel/k1/?context=3",),
    "https://linkedin.com/feed/update/urn:li:activity:7100": (
        "https://de.linkedin.com/posts/anna-muster_ein-titel-activity-7100-Ab1c?trk=x",
        "https://www.linkedin.com/feed/update/urn:li:activity:7100/",
    ),
    "https://blog.example.de?p=5": ("http://blog.example.de/?p=5&utm_source=x&UTM_Medium=y", "https://www.blog.example.de?p=5#more"),
    "https://example.com/a/b?a=1&b=2": ("HTTPS://user:pw@Example.COM:443/a/b/?b=2&&a=1&gclid=1#top", "//m.example.com/a/b?a=1&b=2"),
    "https://forum.example.com/t/5#post-77": ("http://forum.example.com/t/5/#post-77",),
    "https://example.com#/item/5": ("https://example.com/#/item/5",),
    "https://xn--mnchen-3ya.de": ("https://München.de/", "http://www.xn--mnchen-3ya.de"),
    "https://site.example?sid=1&site=2": ("https://site.example/?site=2&sid=1&si=3",),
    "https://www.de": ("http://www.de/",),
    "at://did:plc:abc/app.bsky.feed.post/3k": (" at://did:plc:abc/app.bsky.feed.post/3k",),
    "mailto:anna@example.com": ("mailto:anna@example.com",),
}  # fmt: skip


def _one(url: str) -> str | None:
    canonical: str | None = canonical_urls(pl.Series([url]))[0]
    return canonical


@pytest.mark.parametrize(("canonical", "spelled"), [(key, url) for key, urls in SAME_CONTENT.items() for url in (key, *urls)])
def test_every_spelling_of_an_address_has_one_canonical_form(canonical: str, spelled: str) -> None:
    assert _one(spelled) == canonical


@pytest.mark.parametrize("nothing", ["", "  ", "https://", "/path/only", "?q=1"])
def test_an_address_without_a_host_is_null(nothing: str) -> None:
    assert _one(nothing) is None


def test_null_stays_null_among_others() -> None:
    assert canonical_urls(pl.Series([None, "http://a.example/"])).to_list() == [None, "https://a.example"]


_ADDRESSES = st.builds(
    "{}{}{}/{}{}{}".format,
    st.sampled_from(["", "http://", "https://", "HTTP://", "//"]),
    st.sampled_from(["", "www.", "m.", "www.m."]),
    st.sampled_from(
        ["acme.example", "x.com", "youtube.com", "youtu.be", "facebook.com", "reddit.com", "tiktok.com", "instagram.com"]
    ),
    st.text("abp/@sv1", max_size=12),
    st.text("?&=v1utm_", max_size=12),
    st.sampled_from(["", "#top", "#post-1", "#!/a?b"]),
)


@settings(deadline=None, max_examples=50)
@given(st.lists(_ADDRESSES, min_size=1, max_size=20))
def test_the_canonical_form_of_a_canonical_form_is_itself(urls: list[str]) -> None:
    once = canonical_urls(pl.Series(urls))
    assert canonical_urls(once).equals(once)


@settings(deadline=None, max_examples=50)
@given(st.permutations(["a=1", "b=2", "utm_source=z", "fbclid=9", "c"]), st.sampled_from(["http://www.", "https://", ""]))
def test_parameter_order_and_tracking_never_matter(parameters: list[str], start: str) -> None:
    assert _one(f"{start}shop.example/p/?{'&'.join(parameters)}") == "https://shop.example/p?a=1&b=2&c"


@settings(deadline=None, max_examples=50)
@given(st.lists(st.sampled_from([url for urls in SAME_CONTENT.values() for url in urls]), min_size=2))
def test_a_row_does_not_depend_on_its_neighbours(urls: list[str]) -> None:
    assert canonical_urls(pl.Series(urls)).to_list() == [_one(url) for url in urls]


@pytest.mark.parametrize(
    ("host", "domain"),
    [
        ("shop.acme.co.uk", "acme.co.uk"), ("www.acme.de", "acme.de"), ("acme.myshopify.com", "acme.myshopify.com"),
        ("MÜNCHEN.de", "xn--mnchen-3ya.de"), ("127.0.0.1", None), ("localhost", None), ("co.uk", None),
    ],
)  # fmt: skip
def test_registrable_domain_follows_the_public_suffix_list(host: str, domain: str | None) -> None:
    assert registrable_domain(host) == domain


def test_device_labels_go_only_while_a_site_remains() -> None:
    assert [canonical_host(host) for host in ("www.m.acme.de", "m.de", "www.de", "mobile.acme.de:80")] == [
        "acme.de", "m.de", "www.de", "acme.de",
    ]  # fmt: skip


def test_sites_of_links_ignore_user_names_ports_and_punctuation() -> None:
    links = pl.Series(["https://a:b@shop.acme.de:8443/x", "www.acme.de),", "HTTP://ACME.CO.UK!", None])
    assert sites_of(links).to_dict(as_series=False) == {
        "domain": ["acme.de", "acme.de", "acme.co.uk", None],
        "host": ["shop.acme.de", "acme.de", "acme.co.uk", None],
    }


def test_an_id_is_read_only_from_the_own_networks_address() -> None:
    urls = pl.Series(["https://x.com/i/status/9", "https://x.com/i/status/9", "https://x.com/acme"])
    assert post_ids(pl.Series(["x", "web", "x"]), urls).to_list() == ["9", None, None]
