"""What the people of the demo post from day to day, and how its numbers grow.

Put here: posts, their times, ids, addresses and metrics. Keep out: the staged cases (staged.py, relations.py), files.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Final

from microinf_pipeline.demo import prose
from microinf_pipeline.demo.brands import CAMPAIGNS, HISTORY_START, LAST_MOMENT, Campaign
from microinf_pipeline.demo.people import Account

_DAYS: Final = tuple(HISTORY_START + timedelta(days=n) for n in range((LAST_MOMENT.date() - HISTORY_START).days))
_WEEKDAYS: Final = (1.0, 1.05, 1.1, 1.1, 0.9, 0.75, 1.2)  # Monday first
_HOURS: Final = tuple(
    itertools.accumulate((1, 1, 1, 1, 2, 4, 7, 8, 6, 5, 5, 6, 7, 6, 5, 5, 7, 9, 11, 12, 10, 7, 4, 2))
)  # UTC, summed up
#: (log10 of followers, median engagements per follower): smaller audiences engage more.
_RATES: Final = ((3.4, 0.040), (4.43, 0.028), (5.3, 0.024))
_PARTS: Final = {
    "instagram": {"likes": 0.955, "comments": 0.045},
    "tiktok": {"likes": 0.87, "comments": 0.03, "shares": 0.04, "saves": 0.06},
    "x": {"likes": 0.78, "comments": 0.09, "shares": 0.11, "quotes": 0.02},
    "mastodon": {"likes": 0.62, "comments": 0.12, "shares": 0.26},
    "bluesky": {"likes": 0.7, "comments": 0.12, "shares": 0.16, "quotes": 0.02},
}
_MEDIA: Final = {
    "instagram": (("picture",), ("picture",), ("video",)),
    "tiktok": (("video",),),
    "x": ((), (), ("picture",), ("video",)),
    "mastodon": ((), (), ("picture",)),
}
_BASE64: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


@dataclass(slots=True)
class Post:
    """One post and what becomes of it; `account` is None where no road ever names the author."""

    network: str
    post_id: str
    url: str
    account: Account | None
    created_at: datetime
    text: str
    lang: str
    brand: str = ""
    mood: str = ""  # how it is meant, where that shows: positive, negative
    post_type: str = "original"
    reply_to: str | None = None
    repost_of: str | None = None
    quote_of: str | None = None
    media: tuple[str, ...] = ()
    final: dict[str, int] = field(default_factory=dict)
    paid_label: bool = False
    edited: tuple[datetime, str] | None = None  # when, and the text from then on
    edit_is_told: bool = True
    lift: tuple[datetime, float] | None = None  # when it was amplified, and the share its counts gain by it
    gone: tuple[date, str] | None = None  # the night in which the X feed says so, and its word for it
    archived: bool = True
    in_feed: bool = True
    feed_from: date | None = None  # a late post: no feed carries it before this night
    listening: date | None = None  # the night in which the listening export carries it

    def metrics(self, at: datetime) -> dict[str, int]:
        """The counts as seen at a moment: fast growth first, nearly final after a week."""
        age = (at - self.created_at).total_seconds() / 86_400
        share = 1 - math.exp(-(age + 0.15) / (0.7 if self.network == "x" else 1.5))
        if self.lift and at > self.lift[0]:
            share *= 1 + self.lift[1] * (1 - math.exp(-(at - self.lift[0]).total_seconds() / 86_400))
        return {part: round(count * share) for part, count in self.final.items()}

    def text_at(self, at: datetime) -> str:
        """The text as it read at a moment."""
        return self.edited[1] if self.edited and at >= self.edited[0] else self.text


class Story:
    """All posts so far, and the one place where a new one gets its id, address and numbers."""

    def __init__(self, seed: str, accounts: list[Account]) -> None:
        self.rng = Random(f"{seed}/posts")
        self.accounts = accounts
        self.posts: list[Post] = []
        self._serial = itertools.count(1)

    def of_role(self, role: str) -> list[Account]:
        """Accounts that play a part."""
        return [account for account in self.accounts if account.role == role]

    def owned(self, brand: str, network: str) -> Account:
        """The brand's own account on a network."""
        return next(a for a in self.of_role("owned") if a.loves == brand and a.network == network)

    def add(self, account: Account, at: datetime, text: str, **rest: object) -> Post:
        """A post by an account. Numbers follow its audience, except for reposts, which have none of their own."""
        at = at.replace(microsecond=0)
        post_id, url = _identity(account, at, next(self._serial))
        post = Post(account.network, post_id, url, account, at, text, account.person.lang)
        post.media = self.rng.choice(_MEDIA[account.network])
        for name, value in rest.items():
            setattr(post, name, value)
        if post.post_type != "repost":
            post.final = self.counts(account, at.date(), 0.06 if post.post_type == "reply" else 1.0)
        self.posts.append(post)
        return post

    def counts(self, account: Account, day: date, share: float = 1.0) -> dict[str, int]:
        """Log-normal engagement around the rate of that audience size, split into the network's parts."""
        rng, audience = self.rng, account.followers(day)
        total = audience * rate(audience) * account.appeal * share * math.exp(rng.gauss(0, 0.55))
        counts = {part: int(total * weight + rng.random()) for part, weight in _PARTS[account.network].items()}
        if account.network in ("tiktok", "x"):
            counts["views"] = sum(counts.values()) * rng.randrange(9, 26) + rng.randrange(20, 90)
        return counts

    def moment(self, day: date) -> datetime:
        """A time of that day, when people are awake."""
        hour = self.rng.choices(range(24), cum_weights=_HOURS)[0]
        return datetime(day.year, day.month, day.day, hour, self.rng.randrange(60), self.rng.randrange(60), tzinfo=UTC)


def rate(audience: int) -> float:
    """Median engagements per follower for an audience size: linear in its logarithm between the anchors."""
    size = math.log10(max(audience, 1))
    for (x0, y0), (x1, y1) in itertools.pairwise(_RATES):
        if size <= x1:
            return y0 + (y1 - y0) * (max(size, x0) - x0) / (x1 - x0)
    return _RATES[-1][1]


def everyday(story: Story) -> None:
    """The ordinary posts of every account: weekday rhythm, bursts while a campaign of the loved brand runs."""
    campaigns = {brand: _campaign_of_day(brand) for brand in ("kornwolke", "bramblespoke")}
    weights = {
        brand: list(itertools.accumulate(_WEEKDAYS[day.weekday()] * (1.7 if days[day] else 1.0) for day in _DAYS))
        for brand, days in campaigns.items()
    }
    for account in story.accounts:
        days = story.rng.choices(_DAYS, cum_weights=weights[account.loves], k=account.posts)
        for day in sorted(days):
            _ordinary_post(story, account, story.moment(day), campaigns[account.loves][day])


def _campaign_of_day(brand: str) -> dict[date, Campaign | None]:
    mine = [campaign for campaign in CAMPAIGNS if campaign.brand == brand]
    return {day: next((c for c in mine if c.start < day < c.end), None) for day in _DAYS}


def _ordinary_post(story: Story, account: Account, at: datetime, campaign: Campaign | None) -> None:
    rng = story.rng
    love = account.love * (1.6 if campaign else 1.0)
    brand = account.loves if account.may_mention(at.date()) and rng.random() < love else ""
    tagged = campaign if brand and rng.random() < 0.55 else None
    if not brand and account.role in ("regular", "casual") and account.loves == "kornwolke" and rng.random() < 0.05:
        brand = "hafermond"
    text = prose.write(rng, account.person, account.network, brand, tagged)
    if brand == "kornwolke" and rng.random() < 0.03:
        text += " " + prose.about(rng, "hafermond", account.network, account.person.lang)
    paid = bool(brand) and account.person.paid and account.network == "instagram" and rng.random() < 0.6
    story.add(account, at, text, brand=brand, paid_label=paid)


def _identity(account: Account, at: datetime, serial: int) -> tuple[str, str]:
    """Id and address of a post, in each network's own manner (ids rise with time)."""
    millis = int(at.timestamp() * 1000)
    handle = account.handle_on(at.date())
    if account.network == "mastodon":
        user, host = account.handle.split("@")
        number = (millis << 16) + serial % 65_536
        return f"https://{host}/users/{user}/statuses/{number}", f"https://{host}/@{user}/{number}"
    if account.network == "instagram":
        code = _shortcode(((millis - 1_314_220_021_721) << 23) + serial)
        return code, f"https://www.instagram.com/p/{code}/"
    if account.network == "tiktok":
        number = ((millis // 1000) << 32) + serial
        return str(number), f"https://www.tiktok.com/@{handle}/video/{number}"
    number = ((millis - 1_288_834_974_657) << 22) + serial
    return str(number), f"https://x.com/{handle}/status/{number}"


def _shortcode(number: int) -> str:
    code = ""
    while number:
        number, digit = divmod(number, 64)
        code = _BASE64[digit] + code
    return code
