"""Invented posts for the bench, one JSON object a line, about 550 bytes each: the same seed gives the same file.

A nested owner with followers, nested metrics, a text with hashtags, mentions and links, 8 % deliveries that come again
with newer counts. Put here: what the file holds. Keep out: the configuration that reads it (`homes`).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

import numpy as np

BRANDS = ("acme", "zephyra")
_REDELIVERED = 0.08
_WORDS = (  # noqa: SIM905
    "morning light over the old bridge and coffee with friends slow sunday walk in rain new shoes trail run first day of spring "
    "home made bread recipe notes from studio weekend market finds quiet desk setup blue hour city skyline small garden big plans "
    "honest review after thirty days favourite jacket this season packing list for north coast kids loved it again today soft wool "
).split()
_TAGS = [f"{a}{b}" for a in ("slow", "trail", "city", "home", "soft", "blue", "new", "old", "wild", "tiny") for b in (
    "living", "run", "walks", "bread", "style", "light", "notes", "desk", "finds", "days", "garden", "coast", "looks", "mood", "craft",
)]  # fmt: skip
_LANGUAGES = ("en", "de", "fr", "es", "pt", "tr")
_KINDS = ("image", "video", "carousel")


@dataclass(frozen=True)
class Batch:
    """What one file holds: `rows` lines of posts dated on `days` days that end with the night."""

    night: date
    rows: int
    days: int
    seed: int
    first_id: int = 0  # posts are numbered from here: files that do not overlap share no post


def write_posts(path: Path, batch: Batch) -> None:
    """Write the file, 100,000 lines at a time."""
    rng = np.random.default_rng(batch.seed)
    creators = max(50, min(120_000, batch.rows // 8))
    fans = np.minimum(np.exp(rng.normal(9.0, 1.8, creators)).astype(np.int64), 30_000_000)
    written = 0
    with path.open("w", encoding="utf-8") as out:
        while written < batch.rows:
            size = min(100_000, batch.rows - written)
            fresh = size - int(size * _REDELIVERED)
            out.writelines(_lines(rng, batch, written + batch.first_id, fresh, size, fans))
            written += size


def _lines(rng: np.random.Generator, batch: Batch, first: int, fresh: int, size: int, fans: np.ndarray) -> list[str]:
    """`fresh` posts and, after them, some of them again."""
    owner = np.minimum(rng.zipf(1.3, fresh) - 1, 10**9) % len(fans)
    seconds = rng.integers(0, batch.days * 86_400, fresh)
    likes = np.minimum(rng.lognormal(4.2, 1.5, fresh), 2e6).astype(np.int64)
    texts = _texts(rng, fresh)
    language = rng.choice(len(_LANGUAGES), fresh, p=(0.5, 0.3, 0.08, 0.06, 0.04, 0.02))
    kind = rng.choice(len(_KINDS), fresh, p=(0.5, 0.3, 0.2))
    again = rng.choice(fresh, size - fresh, replace=False)
    start = datetime.combine(batch.night, datetime.min.time()) - timedelta(days=batch.days - 1)
    lines = []
    for delivered, n in enumerate([*range(fresh), *again.tolist()]):
        grown = 1 if delivered < fresh else 1.1
        created = start + timedelta(seconds=int(seconds[n]))
        who = int(owner[n])
        lines.append(
            f'{{"id":"{3_000_000_000_000_000_000 + first + n}","shortcode":"C{first + n:010x}","created_at":"{created:%Y-%m-%dT%H:%M:%S}Z",'
            f'"fetched_at":"{batch.night}T23:{10 if delivered < fresh else 50}:{delivered % 60:02d}Z","language":"{_LANGUAGES[language[n]]}",'
            f'"media_type":"{_KINDS[kind[n]]}","url":"https://www.instagram.com/p/C{first + n:010x}/","owner":{{"id":"{90_000_000 + who}",'
            f'"username":"maker_{who:x}","full_name":"Maker {who:x}","followers":{fans[who]},"is_verified":{"true" if who % 50 == 0 else "false"}}},'
            f'"metrics":{{"likes":{int(likes[n] * grown)},"comments":{int(likes[n] * grown) // 23},"shares":{likes[n] // 60},'
            f'"views":{int(likes[n] * grown) * 11}}},"text":{json.dumps(texts[n])}}}\n'
        )
    return lines


def _texts(rng: np.random.Generator, count: int) -> list[str]:
    """Sentences of 12 to 26 words; seven of ten name the first brand, two the second, some both, some none."""
    lengths = rng.integers(12, 27, count)
    words = rng.integers(0, len(_WORDS), (count, 26))
    tags = rng.integers(0, len(_TAGS), (count, 4))
    tagged = rng.integers(0, 5, count)
    named = rng.random((count, 4))
    texts = []
    for n in range(count):
        parts = [_WORDS[w] for w in words[n, : lengths[n]]]
        if named[n, 0] < 0.25:
            parts.insert(3, BRANDS[0].title())
        if named[n, 1] < 0.12:
            parts.insert(1, f"@{BRANDS[0]}_official" if named[n, 2] < 0.5 else f"@maker_{words[n, 0]:x}")
        if named[n, 3] < 0.05:
            parts.append("https://www.acme.example/shop?utm_source=bio")
        elif named[n, 3] > 0.97:
            parts.append("ganz schön groß – déjà vu 🎉")
        parts += [f"#{_TAGS[t]}" for t in tags[n, : tagged[n]]]
        parts += [f"#{BRANDS[0]}"] if named[n, 2] < 0.6 else []
        parts += [f"#{BRANDS[1]}"] if named[n, 1] > 0.8 else []
        texts.append(" ".join(parts))
    return texts
