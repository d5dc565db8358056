"""How each road of the demo shapes a row: names, nesting, units and gaps as real exports have them.

Put here: one function a road, from a post or account to the row it would deliver. Keep out: which rows, and file formats.
"""

from __future__ import annotations

import html
from datetime import date, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from microinf_pipeline.demo.people import Account
from microinf_pipeline.demo.timeline import Post

Row = dict[str, Any]

BERLIN: Final = ZoneInfo("Europe/Berlin")
_PLATFORMS: Final = {"instagram": "Instagram", "tiktok": "TikTok", "x": "Twitter/X", "mastodon": "Mastodon"}
_SITES: Final = {**_PLATFORMS, "bluesky": "Bluesky", "news": "Online-News", "blog": "Blog", "forum": "Foren"}
_LANGUAGES: Final = {"de": "Deutsch", "en": "Englisch", "ar": "Arabisch", "he": "Hebräisch"}
_MOODS: Final = {"positive": "positiv", "negative": "negativ"}
_TRACKING: Final = {
    "instagram": "?igsh=MzRlODBiNWFlZA==&utm_source=listening",
    "tiktok": "?is_from_webapp=1&sender_device=pc",
    "x": "?s=20&t=kQ3b7&utm_source=listening",
    "mastodon": "?utm_source=listening&utm_medium=alert#top",
    "bluesky": "?ref_src=embed&utm_source=listening",
}


def compact(count: int) -> str:
    """A count as shown on a page: 980, 9.9K, 12.3K, 1.2M."""
    for unit, letter in ((1_000_000, "M"), (1_000, "K")):
        if count >= unit:
            return f"{count / unit:.1f}".removesuffix(".0") + letter
    return str(count)


def _iso(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S.000Z")


def _known(post: Post) -> Account:
    if post.account is None:
        raise ValueError(f"{post.url}: a post without author comes by the listening export alone")
    return post.account


def _counts(post: Post, at: datetime) -> dict[str, int]:
    counts = post.metrics(at)
    if post.account and post.account.hides_likes:
        counts.pop("likes", None)
    return counts


def archive(post: Post, at: datetime) -> Row:
    """The licensed archive: all networks in one shape, local time with offset, audience only while the post is young."""
    author, counts = _known(post), _counts(post, at)
    young = (at - post.created_at).days < 3 and not author.hides_followers
    return {
        "platform": _PLATFORMS[post.network], "key": post.post_id, "permalink": post.url,
        "author": {
            "key": author.account_id, "name": author.person.name, "handle": author.handle_on(at.date()),
            "audience": author.followers(at.date()) if young else None,
        },
        "body": post.text_at(at), "published": post.created_at.astimezone(BERLIN).isoformat(), "kind": post.post_type,
        "parent": post.reply_to, "shared": post.repost_of, "quoted": post.quote_of, "language": post.lang,
        "media": ",".join(post.media), "paid": post.paid_label,
        "numbers": {part: counts.get(part) for part in ("likes", "comments", "shares", "saves", "quotes", "views")},
        "seen": at.isoformat(),
    }  # fmt: skip


def instagram(post: Post, at: datetime) -> Row:
    """Graph-like: seconds, nested owner, no language, like_count left out when hidden."""
    author, counts = _known(post), _counts(post, at)
    row: Row = {
        "shortcode": post.post_id, "permalink": post.url,
        "owner": {"id": author.account_id, "username": author.handle_on(at.date()), "full_name": author.person.name},
        "caption": post.text_at(at), "taken_at": int(post.created_at.timestamp()),
        "media_type": "VIDEO" if "video" in post.media else "IMAGE", "comment_count": counts.get("comments"),
        "is_paid_partnership": post.paid_label, "parent": post.reply_to,
        "fetched": at.date().isoformat(), "fetched_at": _iso(at),
    }  # fmt: skip
    if "likes" in counts:
        row["like_count"] = counts["likes"]
    return row


def tiktok(post: Post, at: datetime) -> Row:
    """Milliseconds, ids as text, hashtags as a list of their own (also where the text has none)."""
    author, counts = _known(post), _counts(post, at)
    return {
        "id": post.post_id, "share_url": post.url,
        "author": {"id": author.account_id, "unique_id": author.handle_on(at.date()), "nickname": author.person.name},
        "video_description": post.text_at(at), "create_time_ms": int(post.created_at.timestamp() * 1000),
        "language": post.lang, "hashtag_names": [w[1:] for w in post.text.split() if w[0] == "#"] or ["fyp"],
        "like_count": counts.get("likes"), "comment_count": counts.get("comments"), "share_count": counts.get("shares"),
        "favorites_count": counts.get("saves"), "view_count": counts.get("views"),
        "fetched": at.date().isoformat(), "fetched_at": _iso(at),
    }  # fmt: skip


def mastodon(post: Post, at: datetime) -> Row:
    """HTML content, ActivityPub ids, the author's followers with every post, the time of an edit."""
    author, counts = _known(post), _counts(post, at)
    edited = post.edited[0] if post.edited and post.edit_is_told and at >= post.edited[0] else None
    lines = html.escape(post.text_at(at), quote=False).split("\n")
    return {
        "uri": post.post_id, "url": post.url, "created_at": _iso(post.created_at),
        "edited_at": _iso(edited) if edited else None, "content": f"<p>{'<br />'.join(lines)}</p>", "language": post.lang,
        "kind": post.post_type, "in_reply_to_uri": post.reply_to, "reblog_uri": post.repost_of,
        "media": ["image" if kind == "picture" else kind for kind in post.media],
        "account": {
            "uri": author.account_id, "acct": author.handle, "display_name": author.person.name,
            "followers_count": None if author.hides_followers else author.followers(at.date()),
        },
        "favourites_count": counts.get("likes"), "replies_count": counts.get("comments"),
        "reblogs_count": counts.get("shares"), "fetched": at.date().isoformat(), "fetched_at": _iso(at),
    }  # fmt: skip


def x(post: Post, at: datetime) -> Row:
    """A flat table; followers as shown on the page (12.3K); a repost begins with RT, not always with the original's id.
    A post that is gone comes once more, without words and counts."""
    gone = post.gone is not None and at.date() >= post.gone[0]
    author, counts = _known(post), {} if gone else _counts(post, at)
    return {
        "id": post.post_id, "url": post.url, "created_at": _iso(post.created_at), "author_id": author.account_id,
        "state": post.gone[1] if post.gone and gone else "", "author_handle": author.handle_on(at.date()), "author_name": author.person.name,
        "author_followers": "" if author.hides_followers else compact(author.followers(at.date())),
        "text": "" if gone else post.text_at(at), "lang": post.lang, "kind": post.post_type, "likes": counts.get("likes"),
        "replies": counts.get("comments"), "reposts": counts.get("shares"), "quotes": counts.get("quotes"),
        "views": counts.get("views"), "in_reply_to": post.reply_to, "repost_of": post.repost_of,
        "quote_of": post.quote_of, "media": ";".join(post.media), "fetched": at.date().isoformat(), "fetched_at": _iso(at),
    }  # fmt: skip


def listening(post: Post, night: date, number: int) -> Row:
    """The listening tool's own words: German header and times, no platform ids, addresses with tracking parameters."""
    name = {"kornwolke": "Kornwolke DE", "bramblespoke": "Bramblespoke UK"}[post.brand]
    author = post.account
    return {
        "Suche": name, "Quelle": _SITES[post.network],
        "Veröffentlicht": post.created_at.astimezone(BERLIN).strftime("%d.%m.%Y %H:%M"),
        "Autor": author.handle_on(night) if author else "", "Autorname": author.person.name if author else "",
        "Text": post.text, "URL": post.url + _TRACKING.get(post.network, "?utm_source=listening"),
        "Sprache": _LANGUAGES[post.lang], "Land": "DE" if post.lang == "de" else "",
        "Tonalität": _MOODS.get(post.mood) or ("positiv", "neutral", "positiv")[number % 3], "Abgerufen": night.strftime("%d.%m.%Y"),
    }  # fmt: skip


def profile(account: Account, at: datetime, number: int) -> Row:
    """A profile as a look-up answers it; followers NULL where the account hides them."""
    hidden = account.hides_followers
    return {
        "network": account.network, "account_id": account.account_id, "username": account.handle_on(at.date()),
        "full_name": account.person.name, "biography": " ".join([account.bio, *account.links]),
        "profile_url": account.address(), "followers": None if hidden else account.followers(at.date()),
        "following": account.following, "posts": 30 + account.posts + number % 50,
        "verified": account.role == "owned" or account.followers(at.date()) > 150_000,
        "joined": account.created_at.replace(tzinfo=None), "email": account.email,
        "country": "DE" if account.person.lang == "de" else "GB", "seen_at": at.replace(tzinfo=None), "fetched": at.date(),
    }  # fmt: skip
