"""Tolerant reading of single fields of X's posts and accounts: times, languages, texts with their links, media.

Put here: what one field means. Keep out: rows and columns (`x_parse.py`), shapes (`x_records.py`).
"""

from __future__ import annotations

import html
import re
from datetime import UTC, datetime
from functools import lru_cache
from typing import Final

from microinf_pipeline.sources.frames import utc
from microinf_pipeline.sources.x_records import (
    Entities,
    Link,
    Media,
    Partial,
    Post,
    PostMetrics,
    PostsPage,
    User,
    UsersPage,
    Withheld,
)

#: Ids since 2010-11-04 hold their time: milliseconds since this moment, above 22 other bits.
_SNOWFLAKE_EPOCH_MS: Final = 1_288_834_974_657
_FIRST_SNOWFLAKE: Final = 29_700_859_247  # ids were plain numbers before
_LATEST_ID: Final = 2**63
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC).replace(tzinfo=None)

_MEDIA: Final = {"photo": "picture", "video": "video", "animated_gif": "gif"}
#: Old codes and codes of "no language"; the network says `und`, `qme`, `qst` … for texts without one.
_OLD_CODES: Final = {"in": "id", "iw": "he", "ji": "yi"}
#: Addresses of the network's own media and posts, as they stand for an attachment or a quote behind a text.
_OF_MEDIA: Final = re.compile(r"^https?://(?:www\.)?(?:twitter|x)\.com/[^/]+/status/\d+/(?:photo|video)/\d+$")
_OF_POST: Final = re.compile(r"^https?://(?:www\.|mobile\.)?(?:twitter|x)\.com/(?:i|\w+)/status/(\d+)")
#: Kinds of errors that pass: the network failed on this item, which may be there all the same.
_NOT_SAID: Final = frozenset({"internal-error", "resource-unavailable", "field-hydration-failure"})
_EVERYWHERE: Final = frozenset({"XX", "XY"})
_REPOST_MARK: Final = re.compile(r"^RT @\w+: ")


def time_of_id(post_id: str) -> datetime | None:
    """When the post of an id was made, to the millisecond, UTC; None for ids older than November 2010."""
    number = int(post_id) if post_id.isascii() and post_id.isdigit() else 0
    if not _FIRST_SNOWFLAKE < number < _LATEST_ID:
        return None
    return datetime.fromtimestamp(((number >> 22) + _SNOWFLAKE_EPOCH_MS) / 1000, UTC).replace(tzinfo=None)


def read_time(told: str | None) -> datetime | None:
    """A time as told, UTC without zone; None for anything else."""
    if told is None:
        return None
    try:
        moment = datetime.fromisoformat(told.removesuffix("Z"))  # aware ones take three times as long
        return moment if moment.tzinfo is None else utc(moment)
    except (ValueError, OverflowError):
        return None


@lru_cache(maxsize=256)
def language_code(told: str | None) -> str | None:
    """ISO 639-1 of the network's own guess; None where it made none or the code has three letters."""
    code = (told or "").partition("-")[0].lower()
    code = _OLD_CODES.get(code, code)
    return code if len(code) == 2 and code.isascii() and code.isalpha() else None


def versions_of(post: Post) -> tuple[str, ...]:
    """Ids of all versions of a post, oldest first; a post that was never edited has one."""
    return post.edit_history_tweet_ids or post.edit_history_post_ids or (post.id,)


def whole_text(post: Post) -> tuple[str | None, Entities | None]:
    """Text and entities, of long posts the whole and not its first 280 characters."""
    long = post.note_tweet or post.note_post
    if long is not None and long.text:
        return long.text, long.entities or post.entities
    return post.text, post.entities


def plain_text(text: str | None, entities: Entities | None) -> str | None:
    """The text as its author wrote it: links written out, those that stand for attached media or a quote gone."""
    if text is None:
        return None
    if entities is not None and entities.urls and "://t.co/" in text:
        text = _with_links_written_out(text, entities.urls)
    return html.unescape(text) if "&" in text else text


def _with_links_written_out(text: str, links: tuple[Link, ...]) -> str:
    for link in links:
        if link.url and link.expanded_url:
            stands_for_content = link.media_key is not None or is_own_media(link.expanded_url)
            if stands_for_content or (text.endswith(link.url) and _OF_POST.match(link.expanded_url)):
                text = text.replace(link.url, "").rstrip()
            else:
                text = text.replace(link.url, html.escape(link.expanded_url, quote=False))
    return text


def without_repost_mark(text: str | None) -> str | None:
    """The text of a repost without `RT @name: `, which its author did not write."""
    return _REPOST_MARK.sub("", text) if text else text


def withheld_where(withheld: Withheld | None, watched: frozenset[str]) -> str | None:
    """Where a post is withheld, when that counts: anywhere, or in a country that is watched. XX and XY stand for all."""
    if withheld is None:
        return None
    countries = set(withheld.country_codes or ())
    if watched and countries and not countries & (watched | _EVERYWHERE):
        return None
    why = " (copyright)" if withheld.copyright else ""
    return f"withheld in {', '.join(sorted(countries)) or 'unnamed countries'}{why}"


def id_in_address(address: str | None) -> str | None:
    """The id in the address of a post."""
    found = _OF_POST.match(address) if address else None
    return found[1] if found else None


def is_own_media(address: str) -> bool:
    """The page of a picture or video on the network itself."""
    return _OF_MEDIA.match(address) is not None


def links_of(entities: Entities | None) -> tuple[str, ...]:
    """Where the links of a text lead, each once; not those that stand for attached media."""
    if entities is None or not entities.urls:
        return ()
    leading = [link.unwound_url or link.expanded_url or link.url for link in entities.urls if link.media_key is None]
    found = [one for one in leading if one and not is_own_media(one)]
    return tuple(found) if len(found) < 2 else tuple(dict.fromkeys(found))


def tags_of(entities: Entities | None) -> tuple[str, ...]:
    """Hashtags without '#'."""
    if entities is None or not entities.hashtags:
        return ()
    return tuple([one.tag for one in entities.hashtags if one.tag])


def mentions_of(entities: Entities | None) -> tuple[str, ...]:
    """Handles without '@'."""
    if entities is None or not entities.mentions:
        return ()
    return tuple([one.username for one in entities.mentions if one.username])


def media_types(post: Post, media: dict[str, Media], entities: Entities | None) -> tuple[str, ...]:
    """Kinds of what is attached, each once; a link counts where the network made a card of it."""
    attached = post.attachments
    kinds: tuple[str, ...] = ()
    if attached is not None:
        found = [media[key].type for key in attached.media_keys or () if key in media]
        kinds = tuple(dict.fromkeys([_MEDIA[kind] for kind in found if kind in _MEDIA]))
        if attached.poll_ids:
            kinds += ("poll",)
    if not kinds and entities is not None and entities.urls and [1 for link in entities.urls if link.title]:
        return ("link",)
    return kinds


def video_views(post: Post, media: dict[str, Media]) -> int | None:
    """Views of the attached video; of several, of the most seen."""
    if post.attachments is None or not post.attachments.media_keys:
        return None
    told = [media[key].public_metrics for key in post.attachments.media_keys if key in media]
    return max((one.view_count for one in told if one is not None and one.view_count is not None), default=None)


def counts_of(metrics: PostMetrics | None) -> tuple[int | None, ...]:
    """Likes, comments, shares, quotes, saves, impressions."""
    if metrics is None:
        return (None,) * 6
    shares = metrics.repost_count if metrics.retweet_count is None else metrics.retweet_count
    return (
        metrics.like_count, metrics.reply_count, shares, metrics.quote_count, metrics.bookmark_count,
        metrics.impression_count,
    )  # fmt: skip


def followers_of(user: User | None) -> int | None:
    """Followers, exact, where they were delivered."""
    return None if user is None or user.public_metrics is None else user.public_metrics.followers_count


def posts_by(user: User) -> int | None:
    """Posts of an account, reposts among them."""
    metrics = user.public_metrics
    if metrics is None:
        return None
    return metrics.post_count if metrics.tweet_count is None else metrics.tweet_count


def profile_links(user: User) -> str | None:
    """Addresses in a profile, blanks between; None where entities were not delivered."""
    if user.entities is None:
        return user.url if user.url and "://t.co/" not in user.url else None
    found = [*links_of(user.entities.url), *links_of(user.entities.description)]
    return " ".join(dict.fromkeys(found))


def is_not_said(error: Partial) -> bool:
    """Whether an error says nothing of the post itself, but that the network could not tell."""
    return error.kind in _NOT_SAID


def said_of(page: PostsPage | UsersPage) -> set[str | None]:
    """Ids of which an answer says something: that they are there, or why they are not."""
    return {one.id for one in page.data or ()} | {one.about for one in page.errors or () if not is_not_said(one)}


def availability(error: Partial) -> tuple[str, str]:
    """Status and evidence of a post that was asked for and is missing, by what the network says of it.

    `not-authorized-for-resource` covers protected and suspended authors alike, and a suspended one may come as
    "Forbidden" with the type of a missing post: the words count as much as the type.
    """
    evidence = f"{error.kind or 'error'}: {error.title}".rstrip(": ")
    words = f"{error.title} {error.detail}".lower()
    if "suspended" in words:
        return "deleted", f"{evidence} (author suspended)"
    if error.kind == "not-authorized-for-resource":
        return "protected", f"{evidence} (author protected or suspended)"
    if error.kind == "resource-not-found":
        return "deleted", evidence
    return "unknown", evidence
