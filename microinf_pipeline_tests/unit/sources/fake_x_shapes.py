"""How the small X of `fake_x.py` words its answers: in `tweet` or `post` names, and only what was asked for."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from microinf_pipeline_tests.unit.sources.local_server import Reply


@dataclass(frozen=True)
class Shape:
    """One vocabulary and the fields and expansions of one request."""

    word: str  # tweet | post
    fields: frozenset[str]
    user_fields: frozenset[str]
    expansions: frozenset[str]

    def page(
        self, posts: Sequence[dict[str, Any]], referred: Sequence[dict[str, Any]], people: Sequence[dict[str, Any]]
    ) -> dict[str, Any]:  # fmt: skip
        if not posts:
            return {}
        body: dict[str, Any] = {"data": [self.post(one) for one in posts]}
        included: dict[str, Any] = {}
        if people and "author_id" in self.expansions:
            included["users"] = [self.user(one) for one in people]
        if referred and self.expansions & {"referenced_tweets.id", "referenced_posts"}:
            included[f"{self.word}s"] = [self.post(one) for one in referred]
        media = [one for post in posts for one in post.get("media", ())]
        if media and "attachments.media_keys" in self.expansions:
            included["media"] = media
        places = [post["place"] for post in posts if "place" in post]
        if places and "geo.place_id" in self.expansions:
            included["places"] = places
        return body | ({"includes": included} if included else {})

    def post(self, one: dict[str, Any]) -> dict[str, Any]:
        told = {name: one[name] for name in ("id", "text")}
        told[f"edit_history_{self.word}_ids"] = one["edit_history_ids"]
        plain = (
            "author_id", "created_at", "conversation_id", "lang", "entities", "withheld", "paid_partnership", "in_reply_to_user_id",
        )  # fmt: skip
        told |= {name: one[name] for name in plain if name in one and self._wants(name)}
        if "note" in one and self._wants(f"note_{self.word}"):
            told[f"note_{self.word}"] = one["note"]
        if "referenced" in one and self._wants(f"referenced_{self.word}s"):
            told[f"referenced_{self.word}s"] = one["referenced"]
        if "media" in one and self._wants("attachments"):
            told["attachments"] = {"media_keys": [media["media_key"] for media in one["media"]]}
        if "place" in one and self._wants("geo"):
            told["geo"] = {"place_id": one["place"]["id"]}
        if self._wants("public_metrics"):
            told["public_metrics"] = self._metrics(one["public_metrics"], "repost_count", "retweet_count")
        return told

    def user(self, one: dict[str, Any]) -> dict[str, Any]:
        told = {name: one[name] for name in one if name in {"id", "name", "username"} | self.user_fields}
        if "public_metrics" in told:
            told["public_metrics"] = self._metrics(told["public_metrics"], "post_count", "tweet_count")
        return told

    def _wants(self, name: str) -> bool:
        """By a field, or, in the newer vocabulary, by an expansion."""
        return name in self.fields or name in self.expansions

    def _metrics(self, counts: dict[str, int], newer: str, older: str) -> dict[str, int]:
        return {(older if name == newer and self.word == "tweet" else name): count for name, count in counts.items()}


def shape_of(query: dict[str, str], knows: tuple[str, ...]) -> Shape:
    """The vocabulary of the request, as far as the server knows it."""
    word = next((word for word in knows if f"{word}.fields" in query), knows[0])

    def listed(name: str) -> frozenset[str]:
        return frozenset(query.get(name, "").split(","))

    return Shape(word, listed(f"{word}.fields"), listed("user.fields"), listed("expansions"))


def problem(status: int, kind: str, title: str, **over: Any) -> Reply:
    """A refusal as X words it."""
    told = kind if kind == "about:blank" else f"https://api.x.com/2/problems/{kind}"
    return Reply(status, json.dumps({"title": title, "detail": title, "type": told} | over).encode())
