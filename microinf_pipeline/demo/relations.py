"""Posts that answer, repeat or quote other posts, and texts that several accounts share.

Put here: replies, reposts, quotes, cross-posts, scripts. Keep out: ordinary posts (timeline.py), single oddities (staged.py).
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from microinf_pipeline.demo import prose, texts
from microinf_pipeline.demo.asides import aside
from microinf_pipeline.demo.brands import BRANDS, LAST_MOMENT, NIGHTS
from microinf_pipeline.demo.people import Account
from microinf_pipeline.demo.timeline import Post, Story


def relate(story: Story) -> None:
    """Adds every kind of related post, on top of the ordinary ones."""
    others = ("owned", "bluesky", "copy")
    originals = [p for p in story.posts if p.in_feed and p.account and p.account.role not in others]
    _brand_answers(story, [p for p in originals if p.brand in ("kornwolke", "bramblespoke")])
    _conversations(story, [p for p in originals if p.network in ("x", "mastodon")])
    _reposts(story, originals)
    _quotes(story, [p for p in originals if p.network == "x"])
    _cross_posts(story)
    _scripts(story)


def _later(story: Story, post: Post, hours: float) -> datetime | None:
    at = post.created_at + timedelta(hours=hours * (0.05 + story.rng.random()))
    return at if at < LAST_MOMENT - timedelta(minutes=15) else None


def _small_talk(story: Story, account: Account) -> str:
    lang = account.person.lang
    return prose.fill(story.rng, story.rng.choice(texts.FAN_REPLIES[lang]), lang)


def _brand_answers(story: Story, mentions: list[Post]) -> None:
    """One in eight mentions is answered: half within a day, the rest later. Some creators answer back."""
    rng = story.rng
    for post in mentions:
        if post.network == "tiktok" or rng.random() > 0.125 or not post.account:
            continue
        owned = story.owned(post.brand, post.network)
        at = _later(story, post, rng.choice((12, 22, 60)))
        if at is None:
            continue
        said = rng.choice(texts.REPLIES[post.account.person.lang])
        answer = story.add(owned, at, f"@{post.account.handle} {said}", post_type="reply", reply_to=post.post_id, media=())
        back = _later(story, answer, 6)
        if back and rng.random() < 0.4:
            words = _small_talk(story, post.account)
            story.add(post.account, back, f"@{owned.handle} {words}", post_type="reply", reply_to=answer.post_id, media=())


def _conversations(story: Story, posts: list[Post]) -> None:
    """Replies of others: only leading @handles (directed), own words that name the brand, and neither."""
    rng, casual = story.rng, {n: [a for a in story.of_role("casual") if a.network == n] for n in ("x", "mastodon")}
    for number, post in enumerate(rng.sample(posts, 360)):
        at, fan = _later(story, post, 30), rng.choice(casual[post.network])
        if at is None or not post.account:
            continue
        brand = BRANDS[fan.loves]
        text = (
            f"@{post.account.handle} @{brand.handles[post.network]} {rng.choice(texts.EMOJI)}",
            f"@{post.account.handle} {prose.about(rng, brand.id, post.network, fan.person.lang)}. {aside(rng, fan.person.lang, 2)}",
            f"@{post.account.handle} {_small_talk(story, fan)}",
        )[number % 3]
        names = brand.id if number % 3 < 2 else ""
        reply = story.add(fan, at, text, brand=names, post_type="reply", reply_to=post.post_id, media=())
        back = _later(story, reply, 8)
        if back and number % 2:
            answer = f"@{fan.handle} {_small_talk(story, post.account)}"
            story.add(post.account, back, answer, post_type="reply", reply_to=reply.post_id, media=())


def _reposts(story: Story, originals: list[Post]) -> None:
    """With the original's id (X, Mastodon), only as 'RT @name: …' (X), and by the brand itself (amplification)."""
    rng = story.rng
    for network, count in (("x", 260), ("mastodon", 220)):
        pool = [post for post in originals if post.network == network and post.account]
        others = [a for a in story.accounts if a.network == network and a.role in ("regular", "casual")]
        for number, post in enumerate(rng.choices(pool, k=count)):
            at = _later(story, post, 48)
            by = story.owned(post.brand or "kornwolke", network) if post.brand and number % 2 == 0 and post.brand != "hafermond" \
                else rng.choice(others)  # fmt: skip
            if at is None or post.account is None:
                continue
            bare = network == "x" and number % 3 == 0
            text = f"RT @{post.account.handle}: {post.text}" if network == "x" else post.text
            original = None if bare else post.post_id
            kind = "original" if bare else "repost"
            repost = story.add(by, at, text, post_type=kind, repost_of=original, media=post.media, lang=post.lang)
            repost.final = {}


def _quotes(story: Story, posts: list[Post]) -> None:
    """Quotes that name the brand themselves, and quotes that only carry a post which does."""
    rng, people = story.rng, [a for a in story.of_role("regular") if a.network == "x"]
    about = [post for post in posts if post.brand]
    for number in range(90):
        post, by = rng.choice(about if number % 2 else posts), rng.choice(people)
        at = _later(story, post, 40)
        if at:
            brand = "" if number % 2 else by.loves
            text = prose.write(rng, by.person, "x", brand)
            story.add(by, at, text, brand=brand, post_type="quote", quote_of=post.post_id)


def _cross_posts(story: Story) -> None:
    """One person, two accounts, the same words within two hours."""
    by_person: dict[int, list[Account]] = {}
    for account in story.accounts:
        if account.role in ("regular", "second"):
            by_person.setdefault(id(account.person), []).append(account)
    pairs = [accounts for accounts in by_person.values() if len(accounts) == 2]
    for post in [p for p in story.posts if p.account and p.account.role == "regular" and p.post_type == "original"]:
        pair = next((accounts for accounts in pairs if accounts[0] is post.account), None) if post.brand else None
        if pair and post.brand != "hafermond" and story.rng.random() < 0.1:
            at = _later(story, post, 2)
            text = _with_handle_of(post, pair[1].network)
            if at:
                story.add(pair[1], at, text, brand=post.brand)


def _with_handle_of(post: Post, network: str) -> str:
    handles = BRANDS[post.brand].handles
    return post.text.replace(f"@{handles[post.network]}", f"@{handles[network]}")


def _scripts(story: Story) -> None:
    """The same script by fourteen ambassadors with their own code (template), a copied text with small changes (near copy)."""
    rng = story.rng
    people = [a for a in story.of_role("regular") if a.loves == "kornwolke" and a.network in ("instagram", "tiktok")]
    for number, account in enumerate(rng.sample(people, 14)):
        text = texts.AMBASSADOR_SCRIPT.format(
            b=f"@{BRANDS['kornwolke'].handles[account.network]}", code=f"WOLKE{rng.randrange(100, 999)}",
            disclosure="Werbung" if number % 3 else "",
        )  # fmt: skip
        story.add(account, story.moment(NIGHTS[number % 5]), text, brand="kornwolke", lang="de")
    for account in rng.sample(people, 12):
        cups = rng.choice(("drei", "vier", "fünf", "sechs"))
        text = (
            f"Gerade gelesen und sofort ausprobiert: ein Löffel Kornwolke in den Pfannkuchenteig, {cups} Minuten quellen lassen, "
            f"dann bei mittlerer Hitze backen. Wird fluffig wie nie. {rng.choice(texts.EMOJI)}"
        )
        story.add(account, story.moment(date(2026, 8, rng.randrange(10, 31))), text, brand="kornwolke", lang="de")
