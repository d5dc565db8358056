"""What a post's address says: its network, its author, and the platform's id where the address holds it.

Put here: rules about addresses of platforms. Keep out: canonical addresses (features) and hashes of them.
"""

from __future__ import annotations

from microinf_pipeline.sources.files.expressions import NULL, TRUE, Node, fill, first_true, text

#: Registrable host → network. Sub-domains count as their parent.
NETWORK_OF_HOST = {
    "twitter.com": "x", "x.com": "x", "instagram.com": "instagram", "instagr.am": "instagram",
    "facebook.com": "facebook", "fb.com": "facebook", "fb.watch": "facebook", "youtube.com": "youtube",
    "youtu.be": "youtube", "youtube-nocookie.com": "youtube", "tiktok.com": "tiktok", "linkedin.com": "linkedin",
    "lnkd.in": "linkedin", "threads.net": "threads", "threads.com": "threads", "bsky.app": "bluesky",
    "reddit.com": "reddit", "redd.it": "reddit",
}  # fmt: skip

_HOST = r"^(?:[A-Za-z][A-Za-z0-9+.-]*:)?(?://)?(?:[^/?#@]*@)?([^/:?#]+)"
# The server's post page in Mastodon and what speaks like it; TikTok and Threads also write /@user but are known hosts.
_MASTODON = r"^https?://[^/]+/(?:@[^/@]+(?:@[^/]+)?/[0-9]+|users/[^/]+/statuses/[0-9]+)"

#: network → pattern whose first group is the platform's own id. Instagram's and Threads' short codes are no ids.
_POST_ID = {
    "x": r"/status(?:es)?/([0-9]+)",
    "tiktok": r"/(?:video|photo|v)/([0-9]+)",
    "youtube": r"(?:[?&]v=|youtu\.be/|/shorts/|/embed/|/live/)([A-Za-z0-9_-]{11})(?:[^A-Za-z0-9_-]|$)",
}
_YOUTUBE_COMMENT = r"[?&]lc=([A-Za-z0-9_.-]+)"
_BLUESKY = r"/profile/(did:[a-z]+:[A-Za-z0-9.:_%-]+)/post/([A-Za-z0-9]+)"

#: network → pattern whose first group is the author's handle.
_HANDLE = {
    "x": r"(?:twitter|x)\.com/(?:#!/)?([A-Za-z0-9_]{1,15})/status",
    "tiktok": r"tiktok\.com/@([^/?#]+)",
    "threads": r"threads\.(?:net|com)/@([^/?#]+)",
    "bluesky": r"/profile/([a-z0-9-]+(?:\.[a-z0-9-]+)+)/",
    "youtube": r"youtube\.com/@([^/?#]+)",
}
_PROFILE = r"^https?://[^/]+/(?:@|in/|user/|u/|profile/|company/|c/)?([^/?#]+)/?(?:[?#].*)?$"
_MASTODON_USER = r"^https?://([^/]+)/(?:@|users/)([^/@?#]+)(?:@([^/?#]+))?"


def host_of(url: Node) -> Node:
    """The host of an address, lower case; '' for none."""
    return fill("lower(regexp_extract($url, $pattern, 1))", url=url, pattern=text(_HOST))


def network_of(url: Node, host: Node) -> Node:
    """The network an address belongs to: a platform, mastodon by the form of its pages, web for the rest, NULL for none."""
    known = [
        (
            fill("$host = $name OR $host LIKE $below", host=host, name=text(name), below=text(f"%.{name}")),
            text(network),
        )
        for name, network in NETWORK_OF_HOST.items()
    ]
    known.append((fill("regexp_matches($url, $pattern)", url=url, pattern=text(_MASTODON)), text("mastodon")))
    known.append((fill("contains($host, '.')", host=host), text("web")))
    return first_true(known)


def post_id_of(network: Node, url: Node) -> Node:
    """The platform's id of a post as its address holds it, else NULL."""
    cases: list[tuple[Node, Node]] = [
        (_is(network, name), _group(url, pattern)) for name, pattern in _POST_ID.items() if _may_be(network, name)
    ]
    if _may_be(network, "youtube"):
        comment = fill("regexp_matches($url, $pattern)", url=url, pattern=text(_YOUTUBE_COMMENT))
        cases.insert(
            0, (fill("$youtube AND $comment", youtube=_is(network, "youtube"), comment=comment), _group(url, _YOUTUBE_COMMENT))
        )
    if _may_be(network, "bluesky"):
        uri = fill(
            "'at://' || nullif(regexp_extract($url, $p, 1), '') || '/app.bsky.feed.post/' || regexp_extract($url, $p, 2)",
            url=url,
            p=text(_BLUESKY),
        )
        cases.append((_is(network, "bluesky"), uri))
    return first_true(cases, NULL)


def handle_of(network: Node, url: Node, *, profile: bool) -> Node:
    """The author's handle as the address of a post (or of a profile) holds it, as written, else NULL."""
    cases = [(_is(network, name), _group(url, pattern)) for name, pattern in _HANDLE.items() if _may_be(network, name)]
    if _may_be(network, "mastodon"):
        qualified = fill(
            "nullif(regexp_extract($url, $p, 2), '') || '@' || "
            "coalesce(nullif(regexp_extract($url, $p, 3), ''), regexp_extract($url, $p, 1))",
            url=url,
            p=text(_MASTODON_USER),
        )
        cases.append((_is(network, "mastodon"), qualified))
    if profile:
        return first_true(cases[-1:] if _may_be(network, "mastodon") else [], _group(url, _PROFILE))
    return first_true(cases, NULL)


def _group(url: Node, pattern: str) -> Node:
    return fill("nullif(regexp_extract($url, $pattern, 1), '')", url=url, pattern=text(pattern))


def _may_be(network: Node, name: str) -> bool:
    return network.literal is None or network.literal == name


def _is(network: Node, name: str) -> Node:
    return TRUE if network.literal is not None else fill("$network = $name", network=network, name=text(name))
