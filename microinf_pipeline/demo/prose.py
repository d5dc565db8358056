"""How sentences of the demo are put together from its word lists.

Put here: filling slots, naming brands, tags and links. Keep out: the words (texts.py), who posts and when.
"""

from __future__ import annotations

from random import Random

from microinf_pipeline.demo import texts
from microinf_pipeline.demo.asides import aside
from microinf_pipeline.demo.brands import BRANDS, Brand, Campaign
from microinf_pipeline.demo.people import Person


def fill(rng: Random, line: str, lang: str, b: str = "") -> str:
    """A line with its slots filled."""
    if "{" not in line:
        return line
    place, when = rng.choice(texts.PLACES[lang]), rng.choice(texts.WHENS[lang])
    return line.format(place=place, when=when, n=rng.randrange(2, 98), b=b)


def name(rng: Random, brand: Brand, network: str) -> str:
    """The brand as a post would write it: word, @handle, #tag or a link with tracking parameters."""
    way = rng.random()
    if way < 0.35:
        return brand.word
    if way < 0.7:
        return f"@{brand.handles[network]}"
    if way < 0.9:
        return f"#{brand.word}"
    return f"https://www.{brand.domain}/{rng.choice(('shop', 'rezepte', 'guide'))}?utm_source={network}&utm_medium=social"


def write(rng: Random, person: Person, network: str, brand: str = "", campaign: Campaign | None = None) -> str:
    """A post of two to four sentences in the person's language, with tags and emoji."""
    lang = person.lang
    parts = [fill(rng, rng.choice(texts.OPENERS[lang]), lang) + rng.choice((":", " –", ".", "!"))]
    lines = [fill(rng, line, lang) for line in rng.sample(texts.NICHE_LINES[person.niche][lang], rng.choice((1, 1, 2)))]
    if brand:
        lines.insert(rng.randrange(len(lines) + 1), about(rng, brand, network, lang))
    parts += [f"{line}." for line in lines]
    parts.insert(rng.randrange(1, len(parts) + 1), aside(rng, lang, 2 + len(lines)))
    if rng.random() < 0.6:
        parts.append(fill(rng, rng.choice(texts.CLOSERS[lang]), lang))
    if brand and person.paid and rng.random() < 0.8:
        parts.insert(rng.choice((0, len(parts))), rng.choice(texts.DISCLOSURES[lang]))
    tags = rng.sample(texts.NICHE_TAGS[person.niche], rng.randrange(0, 3))
    if campaign:
        tags += campaign.tags if campaign.all_tags else (rng.choice(campaign.tags),)
    if rng.random() < 0.5:
        parts.append("".join(rng.sample(texts.EMOJI, rng.randrange(1, 3))))
    return " ".join(parts + [f"#{tag}" for tag in tags])


def about(rng: Random, brand: str, network: str, lang: str) -> str:
    """One sentence that names the brand."""
    return fill(rng, rng.choice(texts.BRAND_LINES[brand][lang]), lang, name(rng, BRANDS[brand], network))
