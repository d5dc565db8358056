"""What is asked of a post, in the words of either vocabulary, and how to tell that a server knows the other one.

Source: OpenAPI descriptions 2.166 (`tweet.*`) and 2.167 (`post.*`, 2026-08-07). In the second, what refers to others is
asked for by `expansions` alone.
Keep out: sending (`x_api.py`), reading of answers (`x_records.py` knows both).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Literal

Wanted = Literal["auto", "tweet", "post"]

_USER_FIELDS: Final = (
    "created_at", "description", "entities", "id", "location", "name", "protected", "public_metrics", "url", "username",
    "verified", "verified_type", "withheld",
)  # fmt: skip
_POST_FIELDS: Final = (
    "attachments", "conversation_id", "created_at", "entities", "geo", "id", "lang", "paid_partnership", "public_metrics",
    "text", "withheld",
)  # fmt: skip
_EXPANSIONS: Final = ("attachments.media_keys", "author_id", "geo.place_id")


@dataclass(frozen=True)
class Vocabulary:
    """Names of one vocabulary."""

    name: Literal["tweet", "post"]
    post_fields: tuple[str, ...]
    expansions: tuple[str, ...]

    @property
    def fields_name(self) -> str:
        return f"{self.name}.fields"

    @property
    def of_posts(self) -> list[tuple[str, str]]:
        """Parameters of a question that is answered with posts."""
        return [
            (self.fields_name, ",".join(self.post_fields)),
            ("expansions", ",".join(self.expansions)),
            ("user.fields", ",".join(_USER_FIELDS)),
            ("media.fields", "media_key,public_metrics,type"),
            ("place.fields", "country_code,id"),
        ]

    @property
    def of_users(self) -> list[tuple[str, str]]:
        """Parameters of a question that is answered with accounts."""
        return [("user.fields", ",".join(_USER_FIELDS))]

    def is_refused_by(self, body: Any) -> bool:
        """Whether an error body complains about the words of this vocabulary, not about the question."""
        errors = body.get("errors") if isinstance(body, dict) else None
        named: set[str] = set()
        told = str(body.get("detail", "")) if isinstance(body, dict) else ""
        for error in errors if isinstance(errors, list) else ():
            if isinstance(error, dict):
                given = error.get("parameters")
                named |= set(given) if isinstance(given, dict) else set()
                told = f"{told} {error.get('message', '')}"
        return bool(named & {self.fields_name, "expansions"}) or self.fields_name in told


TWEET: Final = Vocabulary(
    "tweet",
    (*_POST_FIELDS, "author_id", "edit_history_tweet_ids", "in_reply_to_user_id", "note_tweet", "referenced_tweets"),
    (*_EXPANSIONS, "referenced_tweets.id", "referenced_tweets.id.author_id"),
)
POST: Final = Vocabulary(
    "post",
    (*_POST_FIELDS, "note_post"),
    (*_EXPANSIONS, "edit_history_post_ids", "in_reply_to_user_id", "referenced_posts"),
)


def first_choice(wanted: Wanted) -> Vocabulary:
    """The vocabulary to begin with."""
    return POST if wanted == "post" else TWEET


def second_choice(wanted: Wanted, tried: Vocabulary) -> Vocabulary | None:
    """The vocabulary to try after a refusal; None where the settings name one, or both were tried."""
    return POST if wanted == "auto" and tried is TWEET else None
