"""Kornwolke's staff in the demo: forty people with small accounts, three units, and what they post about their work.

Put here: who they are, who agreed that their posts are counted, and their posts about recruiting, products and the days at
work. Keep out: the staff among those who post regularly (ledgers.py).
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from random import Random
from typing import Final

from microinf_pipeline.demo.asides import aside
from microinf_pipeline.demo.brands import HISTORY_START, LAST_MOMENT
from microinf_pipeline.demo.people import Account
from microinf_pipeline.demo.timeline import Story

#: Unit → persons with an account, and how likely one of them posts in a month. Marketing is too few to be shown.
_UNITS: Final = (("Labor", 15, 0.65), ("Abfüllung", 22, 0.55), ("Marketing", 4, 0.9))
_LINES: Final = {
    "de": (
        "Wir suchen Verstärkung in der Frühschicht, bewirb dich! #Kornwolke",
        "Offene Stellen bei #Kornwolke: Ausbildungsplatz in der Abfüllung zu vergeben.",
        "Neue Sorte im Geschmackstest. Mehr sag ich nicht. #Kornwolke",
        "Aus dem Labor: die Rezeptur für #Kornwolke Barista ist wieder ein Stück besser.",
        "Betriebsausflug an den See mit den Kolleginnen #Kornwolke",
        "Mittagspause in der Sonne, unser Team hat gekocht. #Kornwolke",
        "Feierabend nach der Spätschicht. Stolz auf die Linie drei. #Kornwolke",
    ),
    "en": (
        "We're hiring at #Kornwolke, join our team in the lab!",
        "New flavour in the tasting room today. #Kornwolke",
        "Behind the scenes with my team at #Kornwolke",
        "First day at work for our three apprentices. Welcome! #Kornwolke",
    ),
}


@dataclass(frozen=True, slots=True)
class Colleague:
    """A member of the staff; one in eight did not agree, one agreed in June only."""

    account: Account
    unit: str
    consent_on: str
    zeal: float


def colleagues(accounts: list[Account]) -> list[Colleague]:
    """The staff, always the same: people who post rarely and like the brand."""
    rare = [a for a in accounts if a.role == "casual" and a.loves == "kornwolke" and a.network != "mastodon"]
    chosen = iter(rare[5::7])
    return [
        Colleague(next(chosen), unit, "" if n % 8 == 5 else "2026-06-10" if n % 8 == 6 else "2026-01-15", zeal)
        for unit, size, zeal in _UNITS
        for n in range(size)
    ]


def talk_of_work(story: Story, seed: str) -> None:
    """Posts of the staff, month by month; a few repost what the brand says."""
    rng, staff = Random(f"{seed}/staff"), colleagues(story.accounts)
    brand_says = [p for p in story.posts if p.account and p.account.role == "owned" and p.brand == "kornwolke"]
    for first in (date(2026, month, 1) for month in range(HISTORY_START.month, LAST_MOMENT.month + 1)):
        last_day = min(date(2026, first.month, monthrange(2026, first.month)[1]), LAST_MOMENT.date())
        for one in staff:
            for _ in range(rng.randrange(1, 3) if rng.random() < one.zeal else 0):
                at = story.moment(first.replace(day=rng.randrange(1, last_day.day)))
                lang = one.account.person.lang
                text = f"{rng.choice(_LINES[lang])} {aside(rng, lang)}"
                story.add(one.account, at, text, brand="kornwolke")
            here = one.account.network
            said = [p for p in brand_says if p.network == here == "x" and p.created_at.month == first.month]
            if said and rng.random() < 0.12:
                original = rng.choice(said)
                at = story.moment(last_day)
                if original.created_at < at < LAST_MOMENT:
                    repost = story.add(one.account, at, original.text, post_type="repost", repost_of=original.post_id)
                    repost.final = {}
