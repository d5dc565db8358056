"""People who praise and people who complain, some of them rudely, and a brand that answers most of them in time.

Put here: posts with a feeling, their words, and the brand's replies to them. Keep out: ordinary posts (timeline.py), other
conversations (relations.py).
"""

from __future__ import annotations

from datetime import date, timedelta
from random import Random
from typing import Final

from microinf_pipeline.demo import prose
from microinf_pipeline.demo.brands import BRANDS, LAST_MOMENT, NIGHTS
from microinf_pipeline.demo.people import Account
from microinf_pipeline.demo.timeline import Post, Story

_WORDS: Final[dict[str, dict[str, tuple[str, ...]]]] = {
    "negative": {
        "de": (
            "{b} ist {when} schon wieder sauer geworden, dritte Packung in Folge. Ich bin echt enttäuscht.",
            "Nie wieder {b}. Der Karton war undicht und meine ganze Tasche ist nass, so ein Ärger.",
            "Seit {n} Tagen keine Antwort von {b}, furchtbarer Kundendienst. Ich will mein Geld zurück.",
            "Bestellung bei {b} kam {n} Tage zu spät und dann auch noch kaputt an. Sehr ärgerlich.",
        ),
        "en": (
            "The {b} order arrived {n} days late and broken. I am really disappointed.",
            "Still no answer from {b} after {n} days. Awful customer service, I want a refund.",
            "{b} changed something and now it is just bad. Such a shame, I hate it.",
            "Third thing from {b} that failed on me {when}. Terrible quality, never again.",
        ),
    },
    "rude": {
        "de": (
            "{b} ihr Vollidioten, {n} Tage gewartet und dann die falsche Ware. Unfähig!",
            "Was für Trottel arbeiten eigentlich bei {b}? Schon wieder kaputt {when}.",
        ),
        "en": (
            "{b} you absolute idiots, {n} days of waiting and then the wrong parcel.",
            "Which morons run support at {b}? Useless, it broke again {when}.",
        ),
    },
    "positive": {
        "de": (
            "Ich liebe {b}, das Beste {place} seit langem. Danke euch!",
            "Großes Lob an {b}: schnelle Hilfe {when}, sehr freundlich und alles wieder gut.",
            "Ganz herzlichen Dank an {b} für den Ersatz, das war super nett von euch.",
        ),
        "en": (
            "I love {b}, best thing I bought this year. Thank you so much!",
            "Huge thanks to {b}: quick help {when}, so kind, and everything works again.",
            "Amazing service from {b}, they replaced it for free. Great people!",
        ),
    },
}
_REPLIES: Final[dict[str, dict[str, str]]] = {
    "negative": {
        "de": "Das tut uns leid. Schreib uns bitte die Chargennummer, wir ersetzen sie.",
        "en": "We are sorry about that. Send us your order number and we will put it right.",
    },
    "positive": {"de": "Das freut uns riesig, danke dir!", "en": "That made our day, thank you!"},
}
#: Of ten posts: how many of each kind.
_KINDS: Final = ("negative",) * 4 + ("rude",) + ("positive",) * 5
#: Hours until the brand replies, one after the other; None: it never does.
_WAITS: Final = (2, 5, None, 11, 30, 19, None, 60, 7, None)


def feel(story: Story, seed: str) -> None:
    """Two hundred posts of the last four weeks, about two brands, by people who usually stay calm."""
    rng = Random(f"{seed}/feelings")
    people = [a for a in story.of_role("casual") if a.loves in ("kornwolke", "bramblespoke") and a.network != "tiktok"]
    first = NIGHTS[0] - timedelta(days=22)
    for number in range(200):
        account, kind = rng.choice(people), rng.choice(_KINDS)
        post = _felt(story, rng, account, kind, first + timedelta(days=number % 28))
        wait = _WAITS[number % len(_WAITS)]
        if kind != "rude" and wait is not None:
            _reply(story, post, kind, wait)


def _felt(story: Story, rng: Random, account: Account, kind: str, day: date) -> Post:
    brand, lang = BRANDS[account.loves], account.person.lang
    words = prose.fill(
        rng, rng.choice(_WORDS[kind][lang]), lang, rng.choice((brand.word, f"@{brand.handles[account.network]}"))
    )
    post = story.add(account, story.moment(day), words, brand=brand.id)
    post.mood = "positive" if kind == "positive" else "negative"
    post.listening = day if day >= NIGHTS[0] and rng.random() < 0.3 else None
    return post


def _reply(story: Story, post: Post, kind: str, hours: int) -> None:
    at = post.created_at + timedelta(hours=hours, minutes=len(post.text))
    if post.account and at < LAST_MOMENT:
        said = f"@{post.account.handle} {_REPLIES[kind][post.account.person.lang]}"
        owned = story.owned(post.brand, post.network)
        story.add(owned, at, said, post_type="reply", reply_to=post.post_id, media=(), lang=post.lang)
