"""Answers of TikTok's API for Business as types: fields that are read, each absent where a list leaves it out.

Put here: shapes. Keep out: which field becomes which column (`tiktok_business_parse.py`).
Source: types generated from business-api.tiktok.com, read in November 2026.
"""

from __future__ import annotations

import msgspec
from msgspec import Struct


class Mention(Struct):
    """A post that names the account, or carries one of its hashtags."""

    item_id: str
    create_time: str | int
    video_link: str | None = None
    caption: str | None = None
    likes: int | None = None
    comments: int | None = None
    shares: int | None = None
    views: int | None = None
    reach: int | None = None
    creator_handle_name: str | None = None
    matched_hashtags: list[str] | None = None


class Comment(Struct):
    item_id: str
    comment_id: str
    comment_create_time: str | int
    comment_text: str | None = None
    comment_likes: int | None = None
    commenter_display_name: str | None = None


class OwnPost(Struct):
    item_id: str
    create_time: str | int
    share_url: str | None = None
    caption: str | None = None
    media_type: str | None = None
    likes: int | None = None
    comments: int | None = None
    shares: int | None = None
    favorites: int | None = None
    video_views: int | None = None
    reach: int | None = None


class CreatorPost(Struct):
    video_id: str
    create_time: str | int
    caption: str | None = None
    likes: int | None = None
    comments: int | None = None
    shares: int | None = None
    favorites: int | None = None
    video_views: int | None = None
    caption_hashtags: list[str] | None = None
    mentioned_accounts: list[str] | None = None
    collaboration_status: str | None = None


class OwnProfile(Struct):
    username: str
    display_name: str | None = None
    bio_description: str | None = None
    is_verified: bool | None = None
    followers_count: int | None = None
    following_count: int | None = None
    videos_count: int | None = None


class Creator(Struct):
    handle_name: str
    display_name: str | None = None
    bio: str | None = None
    followers_count: int | None = None
    following_count: int | None = None
    videos_count: int | None = None


class Turned(Struct):
    has_more: bool | None = None


class Items(Struct):
    """A list stands under one of these names; whether there is more beside it, or apart."""

    videos: list[msgspec.Raw] | None = None
    comments: list[msgspec.Raw] | None = None
    posts: list[msgspec.Raw] | None = None
    has_more: bool | None = None
    page_info: Turned | None = None


class ItemPage(Struct):
    data: Items


class WholePage(Struct):
    data: msgspec.Raw
