"""What each origin gives, refuses, or never has: said before a night, and published with it.

Facts from the networks' own documentation and schemas, read in November 2026.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

Availability = Literal["allowed", "refused", "unavailable"]


@dataclass(frozen=True)
class Capability:
    """One thing asked of one origin."""

    origin: str
    metric: str
    availability: Availability
    why: str


def _none(origin: str, why: str, *metrics: str) -> tuple[Capability, ...]:
    return tuple(Capability(origin, metric, "unavailable", why) for metric in metrics)


def _given(origin: str, why: str, *metrics: str) -> tuple[Capability, ...]:
    return tuple(Capability(origin, metric, "allowed", why) for metric in metrics)


def _refused(origin: str, why: str, *metrics: str) -> tuple[Capability, ...]:
    return tuple(Capability(origin, metric, "refused", why) for metric in metrics)


CAPABILITIES: Final[tuple[Capability, ...]] = (
    *_given("bluesky_api", "public record and counts of the AppView", "posts", "profiles", "followers", "likes", "comments", "shares", "quotes"),
    *_given("bluesky_api", "posts and replies of each of owned_accounts, from the night they are named on", "own_replies"),
    *_given("bluesky_api", "the last 30 posts of accounts that named a brand, without replies", "timelines"),
    *_none("bluesky_api", "the network does not count them", "views", "impressions", "reach_measured"),
    *_none("bluesky_api", "search leaves out posts and authors under moderation, and states no count of all hits; a stream (jetstream:) holds them for 36 hours", "complete_search"),
    *_given("mastodon_api", "as far as the asked servers know", "posts", "profiles", "followers", "likes", "comments", "shares"),
    *_given("mastodon_api", "posts and replies of each of owned_accounts whose server is asked, from the night they are named on", "own_replies"),
    *_given("mastodon_api", "the last 30 posts of accounts that named a brand, as far as the asked server knows them", "timelines"),
    *_none("mastodon_api", "the software does not count them", "views", "impressions", "reach_measured"),
    *_none("mastodon_api", "one server sees only part of the network; every count is a lower bound", "complete_search"),
    *_given("reddit_api", "submissions found by search, comments of the inbox, of owned accounts and of swept subreddits", "posts"),
    *_given("reddit_api", "upvotes less downvotes, moved a little at random by Reddit: differences of a thousandth mean nothing", "likes"),
    *_given("reddit_api", "answers to a submission, removed ones among them; of comments none are told", "comments"),
    *_given("reddit_api", "of profiles that show them, one account a request", "profiles", "followers"),
    *_given("reddit_api", "posts and comments of each of owned_accounts, from the night they are named on", "own_replies"),
    *_given("reddit_api", "the last 30 submissions of accounts that named a brand, without comments", "timelines"),
    *_none("reddit_api", "search gives about 250 submissions a term and no comments; it knows no hashtags and no handles", "complete_search"),
    *_none("reddit_api", "only comments that tag the authorised account are told, and those of subreddits that are swept", "comments_that_mention"),
    *_none("reddit_api", "the network does not tell them", "shares", "quotes", "saves", "views", "impressions", "reach_measured", "lang"),
    *_given("threads_api", "public posts found by search and mentions of the own account; posts and replies of it", "posts"),
    *_given("threads_api", "of accounts with 100 followers or more, one a request", "profiles", "followers"),
    *_given("threads_api", "posts and replies of the account the token belongs to; public posts of other owned accounts", "own_replies"),
    *_given("threads_api", "the last 30 posts of accounts that named a brand, by name and without counts: they make no rate", "timelines"),
    *_none("threads_api", "told of the token's own posts alone: NULL for everybody else's", "likes", "comments", "shares", "quotes", "views"),
    *_none("threads_api", "the network does not tell them", "saves", "impressions", "reach_measured", "lang"),
    *_none("threads_api", "what is found is a selection; a count of all hits is not stated, and sensitive words find nothing", "complete_search"),
    *_none("threads_api", "people are told by name alone: who takes another name is a new account", "account_ids"),
    *_given("youtube_api", "public data of the Data API", "posts", "profiles", "followers", "likes", "comments", "views", "is_paid_label"),
    *_refused("youtube_api", "the network gives them, but comparing creators needs the derived-metrics amendment", "timelines"),
    *_none("youtube_api", "search is ranked and lossy, and knows no hashtags, handles or phrases; totals are estimates", "complete_search"),
    *_none("youtube_api", "there is no search of comments beyond a known video or channel", "comments_that_mention"),
    *_none("youtube_api", "only the channel's owner sees them", "shares", "saves", "impressions", "reach_measured"),
    *_refused(
        "youtube_api", "statistics older than 30 days, and measures made of them, need the derived-metrics amendment",
        "metric_history",
    ),
    *_given(
        "x_api", "public data of the API v2, within the budget of reads",
        "posts", "profiles", "followers", "likes", "comments", "shares", "quotes", "saves", "impressions", "views", "is_paid_label",
    ),
    *_given("x_api", "posts and replies of each of owned_accounts, and quotes of them, from the night they are named on", "own_replies"),
    *_given("x_api", "the last 30 posts of an account, without reposts", "timelines"),
    *_none("x_api", "only the author sees more than impressions, and of 30 days", "reach_measured"),
    *_none("x_api", "keyword searches return no reposts since May 2026: their number is told by the original", "reposts_found"),
    *_none("x_api", "recent search reaches seven days back, leaves out protected accounts, and states no total", "complete_search"),
    *_given("tiktok_research_api", "public videos of adults, from up to 48 hours after they were made; none from Canada", "posts", "profiles", "followers", "likes", "comments", "shares", "saves", "views"),
    *_given("tiktok_research_api", "by handle: posts of owned accounts and the last posts of others", "own_posts", "timelines"),
    *_given("tiktok_research_api", "where TikTok tags a video as a paid partnership or as earning a commission; silent otherwise", "is_paid_label"),
    *_none("tiktok_research_api", "there is no condition on mentions: handles and addresses are searched as words of the description", "complete_search"),
    *_none("tiktok_research_api", "comments are given without their authors", "comments_that_mention", "own_replies"),
    *_none("tiktok_research_api", "not told", "quotes", "impressions", "reach_measured"),
    *_refused("tiktok_research_api", "for approved research that is not commercial; data has to be looked at again every 15 days and deleted with its post", "commercial_use"),
    *_given("tiktok_business_api", "of the own account, of posts and comments that name it, and of its enabled hashtags", "posts", "own_posts", "comments_that_mention", "likes", "comments", "shares"),
    *_given("tiktok_business_api", "of posts that name the account and of its own, not of hashtags", "views", "reach_measured"),
    *_given("tiktok_business_api", "with an account at the creator marketplace, of creators who are in it", "profiles", "followers", "timelines", "is_paid_label"),
    *_none("tiktok_business_api", "told of the own posts alone; engagements of others' posts are NULL", "saves"),
    *_none("tiktok_business_api", "lists end at 1,000 posts; there is no search for words or addresses, or for other accounts", "complete_search"),
    *_none("tiktok_business_api", "comments below the own posts are not asked for", "own_replies"),
    *_none("tiktok_business_api", "not told", "quotes", "impressions"),
    *_given("facebook_api", "posts that tag the brand's own Page, and its own", "posts", "likes", "comments", "shares"),
    *_given("facebook_api", "posts of the brands' own Pages, and the comments on them", "own_replies"),
    *_given("facebook_api", "Pages, where the app has Page Public Content Access (public_pages)", "profiles", "followers", "timelines"),
    *_none("facebook_api", "there is no search of public posts: no hashtags, no words, no domains", "complete_search"),
    *_none("facebook_api", "people are named only where they allowed it: most mentions have no account", "authors_of_posts_by_people"),
    *_none("facebook_api", "not told of others' posts", "views", "saves", "impressions", "reach_measured", "is_paid_label"),
    *_given("instagram_api", "tags, mentions by webhook, hashtags of the last 24 hours; likes may be hidden", "posts", "likes", "comments"),
    *_given("instagram_api", "professional accounts, by name", "profiles", "followers", "timelines", "views"),
    *_given("instagram_api", "posts of the brands' own accounts, and the comments on them", "own_replies"),
    *_none("instagram_api", "the API names no author of a post under a hashtag: account_id stays NULL", "authors_of_hashtag_posts"),
    *_none("instagram_api", "hashtags reach back 24 hours, 30 unique ones a week; no keywords, no domains", "complete_search"),
    *_none("instagram_api", "personal and age-gated accounts cannot be looked up", "personal_profiles"),
    *_none("instagram_api", "only the account's owner sees them", "shares", "saves", "impressions", "reach_measured"),
    *_none("instagram_api", "no paid label is told of a post", "is_paid_label"),
    *_given("linkedin_api", "of organisations: own posts, and posts of others that mention the Page", "posts", "own_posts", "likes", "comments"),
    *_given("linkedin_api", "of the own posts alone", "shares", "impressions", "reach_measured"),
    *_given("linkedin_api", "of organisations alone", "profiles", "followers"),
    *_refused("linkedin_api", "posts, comments and profiles of members may be kept for 24 to 48 hours: they are counted and never written down", "posts_of_members"),
    *_none("linkedin_api", "there is no search: only mentions of a Page that is yours are told", "complete_search"),
    *_none("linkedin_api", "mentions in comments and replies are not told", "comments_that_mention", "own_replies"),
    *_none("linkedin_api", "only posts of a Page that is yours are listed", "timelines"),
    *_none("linkedin_api", "not told", "views", "saves", "quotes"),
    *_none("*", "no network gives them to others than the account itself", "stories", "audience_demographics"),
)
