"""The made-up people of the demo: who they are, which accounts they hold, how their audience moves.

Put here: persons, accounts, follower paths and the roles accounts play. Keep out: posts (timeline.py) and files.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Final

from microinf_pipeline.demo import texts
from microinf_pipeline.demo.brands import BRANDS, FIRST_NIGHT, HISTORY_START, NIGHTS, Brand

Knots = tuple[tuple[date, int], ...]
Window = tuple[date, date]  # first day inclusive, last day exclusive

_ALWAYS: Final[Window] = (HISTORY_START, date(2027, 1, 1))
_NETWORK_SHARES: Final = {"instagram": 42, "tiktok": 24, "x": 16, "mastodon": 18}
_TIER_MEDIANS: Final = (("nano", 64, 2_600), ("micro", 28, 27_000), ("macro", 8, 210_000))
_TIER_BOUNDS: Final = {"nano": (120, 9_300), "micro": (11_000, 92_000), "macro": (112_000, 2_000_000)}
_OAT_NICHES: Final = texts.NICHES[:4]

#: Follower paths that make the tier rules work: (network, knots). The comments name the rule each one meets.
TIER_CASES: Final[tuple[tuple[str, str, Knots], ...]] = (
    ("up_in_history", "instagram", ((date(2026, 6, 1), 9_200), (date(2026, 7, 20), 10_900))),
    ("up_in_nights", "tiktok", ((date(2026, 8, 31), 9_850), (date(2026, 9, 3), 10_250))),
    ("up_to_macro", "instagram", ((date(2026, 8, 30), 98_900), (date(2026, 9, 4), 101_800))),
    # below 0.95 x the cut: down at once
    ("down_at_once", "instagram", ((date(2026, 9, 1), 10_300), (date(2026, 9, 3), 9_200))),
    ("down_from_macro", "tiktok", ((date(2026, 8, 31), 103_000), (date(2026, 9, 3), 93_500))),
    # between 0.95 x the cut and the cut for more than 7 days: down after them
    ("down_after_days", "instagram", ((date(2026, 7, 10), 10_400), (date(2026, 7, 20), 9_700), (date(2026, 8, 30), 9_650))),
    # the same dip, but back above within 7 days: stays micro
    ("dip_and_back", "tiktok",
     ((date(2026, 8, 31), 10_200), (date(2026, 9, 2), 9_750), (date(2026, 9, 4), 9_780), (date(2026, 9, 5), 10_150))),
    # shown as 10K: between 9,500 and 10,499, so the tier stays what it was
    ("rounded_over_cut", "x", ((date(2026, 8, 1), 9_900), (date(2026, 8, 31), 9_960), (date(2026, 9, 6), 10_040))),
)  # fmt: skip


@dataclass(slots=True)
class Person:
    """One made-up human being; `paid` when a connection to the brand is known."""

    name: str
    lang: str
    niche: str
    paid: bool = False


@dataclass(slots=True)
class Account:
    """One account on one network. `role` names the part it plays, `loves` the brand it tends to mention."""

    network: str
    account_id: str
    handle: str
    person: Person
    knots: Knots
    created_at: datetime
    role: str = "regular"
    bio: str = ""
    posts: int = 0
    appeal: float = 1.0
    loves: str = "kornwolke"
    love: float = 0.15
    mentions: tuple[Window, ...] = (_ALWAYS,)
    following: int = 0
    hides_likes: bool = False
    hides_followers: bool = False
    renamed: tuple[date, str] | None = None
    profile_from: date = HISTORY_START
    links: list[str] = field(default_factory=list)
    email: str | None = None

    def followers(self, day: date) -> int:
        """The audience on a day: between two knots on the logarithmic line, outside them constant."""
        before = self.knots[0]
        for knot in self.knots:
            if knot[0] > day:
                if before is knot:
                    break
                share = (day - before[0]).days / (knot[0] - before[0]).days
                return round(before[1] * math.exp(share * math.log(knot[1] / before[1])))
            before = knot
        return before[1]

    def handle_on(self, day: date) -> str:
        """The handle as it was on a day."""
        return self.renamed[1] if self.renamed and day >= self.renamed[0] else self.handle

    def address(self) -> str:
        """The profile's address."""
        if self.network == "mastodon":
            user, host = self.handle.split("@")
            return f"https://{host}/@{user}"
        hosts = {"instagram": "www.instagram.com/", "tiktok": "www.tiktok.com/@", "x": "x.com/"}
        return f"https://{hosts[self.network]}{self.handle}"

    def may_mention(self, day: date) -> bool:
        """Whether the account names its brand on that day at all."""
        return any(start <= day < end for start, end in self.mentions)


class _Town:
    """Hands out people and accounts with handles and ids nobody else has."""

    def __init__(self, seed: str) -> None:
        self.rng = Random(f"{seed}/people")
        self.accounts: list[Account] = []
        self._taken: set[str] = set()

    def person(self, niche: str | None = None) -> Person:
        rng = self.rng
        niche = niche or rng.choice(texts.NICHES)
        german = 0.78 if niche in _OAT_NICHES else 0.32
        lang = "de" if rng.random() < german else "en"
        surname = rng.choice(texts.SURNAME_HEADS[lang]) + rng.choice(texts.SURNAME_TAILS[lang])
        return Person(f"{rng.choice(texts.FIRST_NAMES[lang])} {surname}", lang, niche)

    def account(self, person: Person, network: str, knots: Knots, **rest: object) -> Account:
        rng = self.rng
        handle = self._handle(person, network)
        loves = "kornwolke" if (person.niche in _OAT_NICHES) == (rng.random() < 0.93) else "bramblespoke"
        made = Account(
            network, self._account_id(network, handle), handle, person, knots,
            datetime(2014, 1, 1, tzinfo=UTC) + timedelta(hours=rng.randrange(95_000)),
            appeal=math.exp(rng.gauss(0, 0.22)), loves=loves, love=rng.uniform(0.12, 0.45),
            following=rng.randrange(60, 1_800), hides_likes=network == "instagram" and rng.random() < 0.05,
            hides_followers=rng.random() < 0.015,
        )  # fmt: skip
        for name, value in rest.items():
            setattr(made, name, value)
        bio = texts.BIOS[person.niche][person.lang]
        made.bio = bio.format(place=rng.choice(texts.PLACES[person.lang]), n=rng.randrange(3, 30))
        self.accounts.append(made)
        return made

    def _handle(self, person: Person, network: str) -> str:
        first, _, last = _plain(person.name).partition(" ")
        forms = [f"{first}_{last}", f"{first}{last}", f"{last}_{first[0]}", f"{person.niche}_{first}_{last[:5]}"]
        stem = self.rng.choice(forms)[: 10 if network == "x" else 20]  # X allows 15 letters, "_neu" and a number included
        host = f"@{self.rng.choice(texts.INSTANCES)}" if network == "mastodon" else ""
        handle, number = stem + host, 2
        while f"{network}/{handle}" in self._taken:
            handle, number = f"{stem}{number}{host}", number + 1
        self._taken.add(f"{network}/{handle}")
        return handle

    def _account_id(self, network: str, handle: str) -> str:
        if network == "mastodon":
            user, host = handle.split("@")
            return f"https://{host}/users/{user}"
        heads = {"instagram": "178414", "tiktok": "71", "x": "15"}
        return heads[network] + str(self.rng.randrange(10**10, 10**11)) + str(len(self.accounts)).zfill(4)

    def knots(self, tier: str | None = None) -> Knots:
        """A slow drift over the half-year, log-normal in size, inside the bounds of a tier."""
        rng = self.rng
        tier = tier or rng.choices([t for t, _, _ in _TIER_MEDIANS], [w for _, w, _ in _TIER_MEDIANS])[0]
        median = next(m for t, _, m in _TIER_MEDIANS if t == tier)
        low, high = _TIER_BOUNDS[tier]
        start = min(max(round(median * math.exp(rng.gauss(0, 0.75))), low), high)
        end = min(max(round(start * math.exp(rng.gauss(0.04, 0.07))), low), high)
        return ((HISTORY_START, start), (NIGHTS[-1], end))

    def network(self) -> str:
        return self.rng.choices(list(_NETWORK_SHARES), list(_NETWORK_SHARES.values()))[0]


def _plain(name: str) -> str:
    return name.lower().replace("ä", "ae").replace("ö", "oe").replace("ü", "ue").replace("ß", "ss")


def everybody(seed: str) -> list[Account]:
    """All accounts of the demo, in a fixed order."""
    town = _Town(seed)
    _regulars(town, 560)
    _groups(town)
    for _ in range(900):
        town.account(town.person(), town.network(), town.knots("nano"), role="casual", posts=town.rng.randrange(1, 3), love=0.8)
    for brand in BRANDS.values():
        _owned(town, brand)
    return town.accounts


def _regulars(town: _Town, count: int) -> None:
    """People who post all the time; every fifth holds a second account, half of those say so on both sides."""
    for n in range(count):
        person, network = town.person(), town.network()
        person.paid = n % 40 == 0
        posts = min(max(round(26 * math.exp(town.rng.gauss(-0.1, 0.55))), 8), 110)
        first = town.account(person, network, town.knots(), posts=posts)
        if n % 5 == 0:
            other = town.rng.choice([name for name in _NETWORK_SHARES if name != network])
            second = town.account(person, other, town.knots("nano"), role="second", posts=posts // 3, loves=first.loves)
            first.links.append(second.address())
            if n % 10 == 0:
                second.links.append(first.address())
        if n % 6 == 0:
            first.email = f"{first.handle.split('@')[0]}@postfach.example"
            first.bio += f" Kooperationen: {first.email}" if person.lang == "de" else f" Collabs: {first.email}"
        if n % 45 == 7 and network != "mastodon":  # there, another name is another account
            first.renamed = (NIGHTS[2] if n % 2 else date(2026, 7, 1), f"{first.handle}_neu")


def _groups(town: _Town) -> None:
    """The roles guaranteed by the demo; the networks are those whose feeds bring no follower numbers where it matters."""
    spring: Window = (HISTORY_START, date(2026, 5, 20))
    nights: Window = (FIRST_NIGHT, date(2027, 1, 1))
    for n in range(24):
        town.account(town.person(), town.network(), town.knots(), role="dormant", posts=20, mentions=(spring,), love=0.4)
        town.account(town.person(), town.network(), town.knots(), role="newcomer", posts=14, mentions=(nights,), love=0.9)
        network = "instagram" if n % 2 else "tiktok"
        town.account(town.person(), network, town.knots(), role="late_profile", mentions=(nights,), profile_from=NIGHTS[3])
    for network in ("instagram", "x", "tiktok", "x", "instagram", "x", "tiktok", "instagram"):
        town.account(
            town.person(), network, town.knots("nano"), role="handle_first", mentions=(nights,), profile_from=NIGHTS[4]
        )
    for name, network, knots in TIER_CASES:
        town.account(town.person(), network, knots, role=name, posts=30, hides_followers=False)


def _owned(town: _Town, brand: Brand) -> None:
    """The brands' own accounts; a competitor's are found by nobody and post nothing here."""
    for network, account_id in brand.account_ids.items():
        lang = "de" if brand.timezone == "Europe/Berlin" else "en"
        person = Person(brand.word, lang, "barista" if brand.id == "kornwolke" else "touring")
        town.account(
            person, network, ((HISTORY_START, 21_000), (NIGHTS[-1], 24_500)), role="owned", posts=40, loves=brand.id,
            love=1.0, account_id=account_id, handle=brand.handles[network], hides_followers=False, hides_likes=False,
        )  # fmt: skip
