"""The single hard cases of the demo, each placed on purpose.

Put here: one function a case. Keep out: broken rows (write.py), replies and reposts (relations.py).
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from microinf_pipeline.demo import contest, prose, texts
from microinf_pipeline.demo.brands import BRANDS, FIRST_NIGHT, HISTORY_START, NIGHTS
from microinf_pipeline.demo.people import Account, Person
from microinf_pipeline.demo.timeline import Post, Story

_OTHER_SITES = (("news", "tagblick.example"), ("blog", "krumenblog.example"), ("forum", "radlerforum.example"))
_DID_LETTERS = "abcdefghijklmnopqrstuvwxyz234567"


def stage(story: Story) -> None:
    """Adds every staged case."""
    _newcomers_and_returners(story)
    _late_profiles(story)
    _late_posts(story)
    _edits(story)
    _odd_scripts(story)
    _homonyms(story)
    _campaign_bounds(story)
    _misspelt_tags(story)
    contest.enter(story)
    _roads(story)
    _handles_before_ids(story)
    _bridged(story)
    _authorless(story)
    _gone(story)


def _brand_post(story: Story, account: Account, day: date) -> Post:
    text = prose.write(story.rng, account.person, account.network, account.loves)
    return story.add(account, story.moment(day), text, brand=account.loves)


def _newcomers_and_returners(story: Story) -> None:
    """First mention in the nights; last mention more than 90 days ago and now again."""
    for number, account in enumerate(story.of_role("newcomer")):
        _brand_post(story, account, NIGHTS[number % 6])
    for number, account in enumerate(story.of_role("dormant")):
        _brand_post(story, account, HISTORY_START + timedelta(days=10 + number))
        _brand_post(story, account, NIGHTS[number % 6])


def _late_profiles(story: Story) -> None:
    """They post in the first two nights; their first profile comes with the fourth."""
    for number, account in enumerate(story.of_role("late_profile")):
        for night in (NIGHTS[0], NIGHTS[1], NIGHTS[number % 2]):
            _brand_post(story, account, night)


def _late_posts(story: Story) -> None:
    """Ten days old when the third night brings them."""
    rng = story.rng
    for number, account in enumerate(rng.sample(story.of_role("regular"), 24)):
        post = _brand_post(story, account, NIGHTS[2] - timedelta(days=10))
        post.archived, post.feed_from = False, NIGHTS[2]
        post.listening = NIGHTS[2] if number % 4 == 0 else None


def _edits(story: Story) -> None:
    """Mastodon tells the time of an edit; Instagram just delivers another caption."""
    rng = story.rng
    recent = [p for p in story.posts if date(2026, 8, 31) <= p.created_at.date() < NIGHTS[4] and p.post_type == "original"]
    for network, count in (("mastodon", 24), ("instagram", 10)):
        pool = [p for p in recent if p.network == network and p.account and p.account.role == "regular"]
        for post in rng.sample(pool, min(count, len(pool))):
            added = "Nachtrag: siehe Kommentare." if post.lang == "de" else "Edit: see comments."
            post.edited = (post.created_at + timedelta(hours=24 + rng.random() * 20), f"{post.text} {added}")
            post.edit_is_told = network == "mastodon"


def _odd_scripts(story: Story) -> None:
    """Right-to-left text, joined emoji, decomposed umlauts, no-break spaces, quotes, semicolons and line breaks."""
    rng = story.rng
    people = [a for a in story.accounts if a.role in ("regular", "casual")]
    for number, account in enumerate(rng.sample(people, 80)):
        line = (texts.RIGHT_TO_LEFT + texts.ODD_CHARACTERS)[number % 8]
        brand = BRANDS[account.loves]
        text = prose.fill(rng, line, account.person.lang, prose.name(rng, brand, account.network))
        lang = ("ar", "ar", "he", "he", "de", "de", "en", "de")[number % 8]
        story.add(account, story.moment(NIGHTS[-1] - timedelta(days=rng.randrange(0, 60))), text, brand=brand.id, lang=lang)


def _homonyms(story: Story) -> None:
    """Words that look like the brand and are not: dust over a field, a folk band."""
    lines = (
        ("de", "Kornwolke über dem Mähdrescher, {n} Meter hoch, {when}. Ernte {place}!"),
        ("en", "The Bramblespoke Folk Band played {place} {when}, song {n} made me cry"),
    )
    people = story.of_role("casual")
    for number, account in enumerate(story.rng.sample(people, 40)):
        lang, line = lines[number % 2]
        day = date(2026, 7, 20) + timedelta(days=number)
        story.add(account, story.moment(day), prose.fill(story.rng, line, lang), lang=lang)


def _campaign_bounds(story: Story) -> None:
    """One minute before and at local midnight of the first day of a campaign (Berlin is two hours ahead of UTC)."""
    people = [a for a in story.of_role("regular") if a.loves == "kornwolke" and a.network == "instagram"]
    midnight = datetime(2026, 8, 23, 22, tzinfo=UTC)
    for account, at in zip(people, (midnight - timedelta(minutes=1), midnight), strict=False):
        text = prose.fill(story.rng, "Ich mach mit, Runde {n} {place}! #schaumprobe #kornwolke", "de")
        story.add(account, at, text, brand="kornwolke", lang="de")


def _misspelt_tags(story: Story) -> None:
    """Tags that were meant for a campaign and are not its tag."""
    people = story.rng.sample([a for a in story.of_role("casual") if a.loves == "kornwolke"], 15)
    for number, account in enumerate(people):
        text = prose.write(story.rng, account.person, account.network, "kornwolke")
        day = NIGHTS[0] - timedelta(days=number % 6)
        tag = ("#schaumproben", "#schaum_probe", "#schaumprbe")[number % 3]
        story.add(account, story.moment(day), f"{text} {tag}", brand="kornwolke")


def _roads(story: Story) -> None:
    """The listening export carries a third of the nights' mentions the feeds carry too, and some that only it found."""
    rng = story.rng
    for post in story.posts:
        day = post.created_at.date()
        mention = post.brand in ("kornwolke", "bramblespoke") and post.account and post.account.role != "owned"
        if not mention or day < FIRST_NIGHT or post.listening or post.repost_of:
            continue
        draw = rng.random()
        if draw < 0.33:
            post.listening = day
        if draw < 0.06 and post.account and post.account.role == "casual":
            post.in_feed = False


def _handles_before_ids(story: Story) -> None:
    """First seen by the listening export, which knows handles only; days later a feed tells the platform's id."""
    for number, account in enumerate(story.of_role("handle_first")):
        first = _brand_post(story, account, NIGHTS[number % 2])
        first.listening, first.in_feed = NIGHTS[number % 2], False
        _brand_post(story, account, NIGHTS[2 + number % 3])


def _bridged(story: Story) -> None:
    """A Bluesky post in the listening export, and its copy by the bridge in the Mastodon feed."""
    rng = story.rng
    for number in range(12):
        person = Person(f"Blue {number}", "de" if number % 2 else "en", "barista")
        did = "did:plc:" + "".join(rng.choice(_DID_LETTERS) for _ in range(24))
        key = "3m" + "".join(rng.choice(_DID_LETTERS) for _ in range(11))
        name, at = f"himmelblau{number}.example", story.moment(NIGHTS[number % 6])
        text = prose.write(rng, person, "mastodon", "kornwolke")
        blue = Account("bluesky", did, name, person, ((HISTORY_START, 900 + 40 * number),), at - timedelta(days=400), "bluesky")
        copy = Account(
            "mastodon", f"https://bsky.brid.gy/ap/{did}", f"{name}@bsky.brid.gy", person, blue.knots, blue.created_at, "copy"
        )
        uri = f"at://{did}/app.bsky.feed.post/{key}"
        original = Post("bluesky", uri, f"https://bsky.app/profile/{did}/post/{key}", blue, at, text, person.lang, "kornwolke")
        original.final, original.listening, original.in_feed = story.counts(blue, at.date()), at.date(), False
        bridged = f"https://bsky.brid.gy/convert/ap/{uri}"
        twin = Post("mastodon", bridged, f"https://bsky.brid.gy/r/{original.url}", copy, at, text, person.lang, "kornwolke")
        twin.final = {part: count // 9 for part, count in original.final.items() if part != "quotes"}
        story.posts += [original, twin]


def _authorless(story: Story) -> None:
    """News, blog and forum pages of the listening export: no account, no counts."""
    rng = story.rng
    for number in range(30):
        network, host = _OTHER_SITES[number % 3]
        person = Person("", "de" if number % 4 else "en", "press" if number % 2 else "baking")
        text = prose.write(rng, person, "x", "bramblespoke" if number % 2 else "kornwolke")
        at = story.moment(NIGHTS[number % 6])
        url = f"https://www.{host}/2026/09/beitrag-{number}"
        brand = "bramblespoke" if number % 2 else "kornwolke"
        story.posts.append(Post(network, url, url, None, at, text, person.lang, brand, in_feed=False, listening=at.date()))


def _gone(story: Story) -> None:
    """Weeks after they were posted, the X feed tells of posts that were deleted, or whose author has locked the account."""
    days = (date(2026, 7, 20), date(2026, 8, 20))
    told = [p for p in story.posts if p.network == "x" and p.brand and days[0] <= p.created_at.date() <= days[1]]
    for number, post in enumerate(sorted(told, key=lambda p: p.post_id)[::9][:12]):
        post.gone = NIGHTS[1 + number % 5], "protected" if number % 4 == 3 else "deleted"
