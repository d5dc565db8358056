"""What of LinkedIn's answers may be written down. Data of members has to be gone after 24 or 48 hours, from raw pages too;
a night that fails keeps its pages for longer, so they never hold any: an answer is reduced to organisations and counts first.

Put here: those reductions. Keep out: asking, columns. Source: LinkedIn Marketing API data storage requirements (profiles of
members 24 hours, their posts, comments and reactions 48 hours) and API terms of 2025-09-12 (no storing of content, save
where allowed), both read second hand.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final

from microinf_pipeline.sources.linkedin_text import hashtags, organizations, without_members

#: Fields of a post that tell of the organisation and not of people.
_OF_POST: Final = (
    "id", "author", "createdAt", "publishedAt", "lastModifiedAt", "lifecycleState", "lifecycleStateInfo", "visibility",
    "reshareContext",
)  # fmt: skip
_OF_STATISTICS: Final = ("share", "ugcPost", "organizationalEntity", "totalShareStatistics")
_OF_METADATA: Final = ("reactionSummaries", "commentSummary", "commentsState")
_OF_ORGANIZATION: Final = ("id", "localizedName", "vanityName")
_POSTS: Final = ("urn:li:share:", "urn:li:ugcPost:")
_ORGANIZATION: Final = "urn:li:organization:"


def organization_of(urn: Any) -> str | None:
    """The number of an organisation from its URN or from the number itself; NULL for members and anything else."""
    return _number_of(str(urn)) if isinstance(urn, str | int) and not isinstance(urn, bool) else None


@lru_cache(maxsize=4096)  # the same few write most posts
def _number_of(urn: str) -> str | None:
    told = urn.removeprefix(_ORGANIZATION)
    return told if told.isdecimal() else None


def mentions(body: Any) -> dict[str, Any]:
    """Notifications as a count, and the posts of organisations among them: what a member posted leaves no trace but one
    more in the count.
    """
    told = [one for one in body["elements"] if isinstance(one, dict)]
    posts = [post for one in told if (post := _post_of(one)) is not None]
    return {"elements": posts, "shown": len(body["elements"]), "mentions": len(told), "paging": _paging(body)}


def _post_of(notification: Mapping[str, Any]) -> dict[str, Any] | None:
    decorated = notification.get("decoratedGeneratedActivity")
    shared = decorated.get("share") if isinstance(decorated, dict) else None
    for told in (shared, notification.get("decoratedSourcePost")):
        if isinstance(told, dict) and organization_of(told.get("owner")) and str(told.get("entity")).startswith(_POSTS):
            return {"post": told["entity"], "owner": told["owner"], "at": notification.get("lastModifiedAt")}
    return None


def posts(body: Any, *, texts: bool) -> dict[str, Any]:
    """A list of posts, or several by id, without those of members; with `texts` their words, members' names left out."""
    if "results" in body:
        kept = {key: _post(one, texts=texts) for key, one in body["results"].items() if _is_of_organization(one)}
        return {"results": kept, "statuses": _statuses(body)}
    if "elements" in body:
        kept_list = [_post(one, texts=texts) if isinstance(one, dict) else one for one in body["elements"] if _is_kept(one)]
        return {"elements": kept_list, "shown": len(body["elements"]), "paging": _paging(body)}
    return _post(body, texts=texts) if _is_of_organization(body) else {}


def _is_kept(post: Any) -> bool:
    """Posts of organisations that are out, and what is no post at all: the parser tells of it."""
    if not isinstance(post, dict):
        return post is None
    return _is_of_organization(post) and post.get("lifecycleState", "PUBLISHED") == "PUBLISHED"


def _is_of_organization(post: Any) -> bool:
    return isinstance(post, dict) and organization_of(post.get("author")) is not None


def _post(post: Mapping[str, Any], *, texts: bool) -> dict[str, Any]:
    kept = {name: post[name] for name in _OF_POST if name in post} | {"media": _media(post.get("content"))}
    little = post.get("commentary")
    if not isinstance(little, str):
        return kept
    words = {"commentary": without_members(little), "hashtags": hashtags(little)} if texts else {}
    return kept | {"is_empty": not little.strip(), "organizations": organizations(little)} | words


def _media(content: Any) -> list[str]:
    """Kinds of media, without their addresses and titles."""
    if not isinstance(content, dict):
        return []
    media = content.get("media")
    kind = str(media.get("id")).split(":")[2:3] if isinstance(media, dict) else []
    named = [name for name in ("multiImage", "article", "poll", "carousel") if name in content]
    return [*kind, *named]


def statistics(body: Any) -> dict[str, Any]:
    """Counts of an organisation's posts."""
    return {"elements": [_only(one, _OF_STATISTICS) for one in body["elements"]]}


def metadata(body: Any) -> dict[str, Any]:
    """Counts of reactions and comments, by post."""
    found = {key: _only(one, _OF_METADATA) for key, one in body["results"].items()} if "results" in body else None
    return {"results": found} if found is not None else _only(body, _OF_METADATA)


def organizations_of(body: Any) -> dict[str, Any]:
    """Names of organisations, by number."""
    found = body["results"] if "results" in body else {str(body.get("id")): body}
    return {"results": {key: _only(one, _OF_ORGANIZATION) for key, one in found.items()}}


def size(body: Any) -> dict[str, Any]:
    """How many follow an organisation."""
    return {"firstDegreeSize": body.get("firstDegreeSize")}


def _only(told: Any, names: tuple[str, ...]) -> Any:
    return {name: told[name] for name in names if name in told} if isinstance(told, dict) else told


def _statuses(body: Mapping[str, Any]) -> dict[str, int]:
    """What became of each id, as `errors` and `statuses` tell it."""
    errors, statuses = body.get("errors"), body.get("statuses")
    told = {key: one.get("status") for key, one in errors.items() if isinstance(one, dict)} if isinstance(errors, dict) else {}
    told |= statuses if isinstance(statuses, dict) else {}
    return {key: code for key, code in told.items() if isinstance(code, int)}


def _paging(body: Mapping[str, Any]) -> dict[str, Any]:
    return _only(body.get("paging"), ("start", "count", "total")) if isinstance(body.get("paging"), dict) else {}
