"""The invented brands and campaigns of the demo, and its calendar: what configuration and generator must agree on.

Put here: facts both the YAML and the posts rest on. Keep out: people, posts, files.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

HISTORY_START: Final = date(2026, 3, 1)
IMPORT_NIGHT: Final = date(2026, 8, 31)  # the archive counts as captured in this night
FIRST_NIGHT: Final = date(2026, 9, 1)
NIGHTS: Final = tuple(FIRST_NIGHT + timedelta(days=n) for n in range(6))
FAILING_NIGHT: Final = NIGHTS[3]
ARCHIVED_AT: Final = datetime(2026, 8, 31, 20, 0, tzinfo=UTC)  # nothing later is in the archive
LAST_MOMENT: Final = datetime(2026, 9, 7, tzinfo=UTC)


def fetched_at(night: date) -> datetime:
    """When the feeds of a night were fetched: shortly before it ended."""
    return datetime(night.year, night.month, night.day, 23, 50, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Brand:
    """A brand as posts name it; `handles` by network."""

    id: str
    word: str
    timezone: str
    handles: dict[str, str]
    domain: str
    account_ids: dict[str, str]


@dataclass(frozen=True, slots=True)
class Campaign:
    """Start inclusive, end exclusive, both midnight in the brand's time zone; `tags` as creators write them."""

    id: str
    brand: str
    tags: tuple[str, ...]
    start: date
    end: date
    all_tags: bool = False

    def runs(self, moment: datetime) -> bool:
        """Whether a moment (aware) lies inside the campaign."""
        local = moment.astimezone(ZoneInfo(BRANDS[self.brand].timezone)).date()
        return self.start <= local < self.end


BRANDS: Final = {
    brand.id: brand
    for brand in (
        Brand(
            "kornwolke", "Kornwolke", "Europe/Berlin",
            {"instagram": "kornwolke.de", "tiktok": "kornwolke", "x": "kornwolke_de", "mastodon": "kornwolke@hafen.example"},
            "kornwolke.example",
            {"instagram": "17841400000000011", "tiktok": "7100000000000000011", "x": "1500000000000000011",
             "mastodon": "https://hafen.example/users/kornwolke"},
        ),
        Brand(
            "bramblespoke", "Bramblespoke", "Europe/London",
            {"instagram": "bramblespoke", "tiktok": "bramblespoke", "x": "bramblespoke", "mastodon": "bramblespoke@velo.example"},
            "bramblespoke.example",
            {"instagram": "17841400000000012", "tiktok": "7100000000000000012", "x": "1500000000000000012",
             "mastodon": "https://velo.example/users/bramblespoke"},
        ),
        Brand(
            "hafermond", "Hafermond", "Europe/Berlin",
            {"instagram": "hafermond", "tiktok": "hafermond", "x": "hafermond", "mastodon": "hafermond@hafen.example"},
            "hafermond.example",
            {},
        ),
    )
}  # fmt: skip

CAMPAIGNS: Final = (
    Campaign("wolkenfruehstueck", "kornwolke", ("Wolkenfrühstück", "wolkenfruehstueck"), date(2026, 5, 11), date(2026, 6, 15)),
    Campaign("schaumprobe", "kornwolke", ("schaumprobe", "kornwolke"), date(2026, 8, 24), date(2026, 9, 21), all_tags=True),
    Campaign("ridethehedge", "bramblespoke", ("RideTheHedge", "ridethehedge"), date(2026, 8, 29), date(2026, 10, 1)),
)  # fmt: skip
