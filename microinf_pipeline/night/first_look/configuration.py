"""The YAML a first look writes: beside the data, commented, never over anything that is there.

Put here: how guesses are written as configuration. Keep out: the guesses, and what is shown on the screen.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from itertools import count
from pathlib import Path
from typing import Any, Final

from microinf_pipeline.night.first_look import shapes
from microinf_pipeline.night.first_look.column_names import spoken
from microinf_pipeline.night.first_look.guess import Guess, column_of
from microinf_pipeline.night.first_look.guess_network import networks_in
from microinf_pipeline.night.first_look.sample import Sample

#: Large servers with public tag timelines; each knows a part of the fediverse.
INSTANCES: Final = ("mastodon.social", "mstdn.social", "fosstodon.org", "hachyderm.io")
_NOT_PLAIN: Final = ("null", "true", "false", "yes", "no", "on", "off", "y", "n")


def file_configuration(path: Path, brand: str, sample: Sample, guessed: Guess, night: date) -> str:
    """The YAML that reads the file, each guess with its reason."""
    brand_id, texts = _key(brand), _texts(sample, guessed)
    handle = _handle_of(texts, brand)
    url = guessed.columns.get("url")
    networks = networks_in(sample, guessed.network, None if url is None else column_of(url))
    handles = {network: [handle] for network in networks} if handle else {}
    dated = guessed.holds == "posts" and "created_at" in guessed.columns
    lines = [
        _how_to_run(path, night),
        f"home: {_text(f'microinf-{stem(path)}')}",
        *_brand_lines(brand_id, brand, [brand], [_squeezed(brand)], handles),
        "sources:",
        f"  - name: {_text(_key(stem(path)))}",
        "    type: files",
        f"    path: {_text(path.name)}",
        f"    holds: {guessed.holds}",
        f"    network: {inline(guessed.network)}  # from {guessed.reasons['network']}",
        "    origin: file_export",
        f"    night: {night}  # {'the day of the newest post' if dated else 'yesterday'}",
    ]
    if _is_about(texts, guessed, brand):
        lines.append(f"    brand: {_text(brand_id)}  # every row is about the brand")
    lines += _csv_lines(sample)
    lines.append("    columns:")
    lines += [f"      {target}: {inline(rule)}  # from {guessed.reasons[target]}" for target, rule in guessed.columns.items()]
    if guessed.holds == "posts" and not dated:
        lines.append(f'      created_at: {{constant: "{night}"}}  # no time in the file: the night stands in for it')
    return "\n".join(lines) + "\n"


def export_configuration(path: Path, brand: str, tool: str, night: date, networks: Iterable[str]) -> str:
    """The YAML that reads a listening tool's export by its preset."""
    brand_id = _key(brand)
    lines = [
        _how_to_run(path, night),
        f"home: {_text(f'microinf-{stem(path)}')}",
        *_brand_lines(brand_id, brand, [brand], [_squeezed(brand)], {}),
        "sources:",
        f"  - name: {_text(_key(stem(path)))}",
        "    type: files",
        f"    path: {_text(path.name)}",
        f"    preset: {tool}  # told by the header; networks found: {', '.join(networks) or 'none'}",
        "    # timezone: Europe/Berlin  # times of the export are in the zone of the tool's account; without this: UTC",
        "    origin: licensed_export",
        f"    night: {night}  # the day of the newest post",
        f"    brand: {_text(brand_id)}  # every row is about the brand",
    ]
    return "\n".join(lines) + "\n"


def hashtag_configuration(tag: str, brand: str) -> str:
    """The YAML that reads a tag's public timelines on some large servers."""
    lines = [
        f"# How `microinf try --hashtag {tag}` reads public Mastodon timelines. Then: microinf --config <this file> run",
        f"home: {_text(f'microinf-{tag}')}",
        *_brand_lines(_key(brand), brand, [], [tag], {}),
        "sources:",
        "  - name: fediverse",
        "    type: mastodon",
        f"    instances: {inline(list(INSTANCES))}",
    ]
    return "\n".join(lines) + "\n"


def _how_to_run(path: Path, night: date) -> str:
    again = f"microinf --config <this file> run --night {night}"  # another night has none of the file's rows
    return f"# How `microinf try {path.name}` reads the file. Correct what is wrong, then: {again}"


def write_beside(folder: Path, name: str, text: str) -> Path:
    """Write `<name>.microinf.yaml`, or the next free `<name>-2…`; one that says the same already is taken as it is."""
    names = (f"{name}.microinf.yaml" if n == 1 else f"{name}-{n}.microinf.yaml" for n in count(1))
    path = next(p for n in names if not (p := folder / n).exists() or p.read_text(encoding="utf-8") == text)
    if not path.exists():
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    return path


def stem(path: Path) -> str:
    """The file's name without what says its kind: posts.csv.gz is posts."""
    return re.sub(r"(\.(csv|tsv|txt|json|ndjson|jsonl|parquet|xlsx))?(\.(gz|zst))?$", "", path.name, flags=re.IGNORECASE)


def _texts(sample: Sample, guessed: Guess) -> list[str]:
    rule = guessed.columns.get("text")
    return sample.values(column_of(rule)) if rule is not None and guessed.holds == "posts" else []


def _is_about(texts: list[str], guessed: Guess, brand: str) -> bool:
    """Whether the export was made for the brand: most texts name it, or none does (so words cannot tell)."""
    squeezed = spoken(brand).replace(" ", "")
    naming = shapes.share(texts, lambda text: squeezed in spoken(text).replace(" ", ""))
    return guessed.holds == "posts" and (naming == 0 or naming >= 0.5)


def _handle_of(texts: list[str], brand: str) -> str | None:
    """The brand's handle as the texts write it: @DB_Bahn for 'DB Bahn'."""
    squeezed = spoken(brand).replace(" ", "")
    found = Counter(h for text in texts for h in re.findall(r"@(\w+)", text) if spoken(h).replace(" ", "") == squeezed)
    return found.most_common(1)[0][0] if found else None


def _squeezed(brand: str) -> str:
    """A name as people write it after a #: letters and digits only."""
    return re.sub(r"[\W_]", "", brand).casefold()


def _brand_lines(
    brand_id: str, brand: str, keywords: list[str], tags: list[str], handles: Mapping[str, list[str]]
) -> Iterable[str]:
    yield "brands:"
    yield f"  - id: {_text(brand_id)}"
    yield f"    name: {_text(brand)}"
    said = {"keywords": keywords, "hashtags": [t for t in tags if t and not t.isdecimal()], "handles": handles}
    yield from (f"    {key}: {inline(value)}" for key, value in said.items() if value)


def _csv_lines(sample: Sample) -> Iterable[str]:
    form = sample.form
    if form is None:
        return
    said: dict[str, Any] = {"delimiter": form.delimiter}
    if form.quote is None:
        said["quote"] = "none"
    if form.encoding not in ("utf-8", "utf-8-sig"):
        said["encoding"] = form.encoding
    if form.skip_rows:
        said["skip_rows"] = form.skip_rows
    if form.header:
        said["header"] = list(form.header)
    yield f"    csv: {inline(said)}"


def _key(name: str) -> str:
    """A name as an identifier: 'Virgin America' is virgin_america."""
    key = spoken(name).replace(" ", "_")[:64]
    return key or "brand"


def _text(value: str) -> str:
    """A text as YAML: plain where that is safe, else in double quotes."""
    plain = re.fullmatch(r"[A-Za-z][\w.-]*", value) and value.casefold() not in (
        "null",
        "true",
        "false",
        "yes",
        "no",
        "on",
        "off",
        "y",
        "n",
    )
    return value if plain else json.dumps(value, ensure_ascii=False)


def inline(value: Any) -> str:
    """A rule as YAML on one line."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_text(str(k))}: {inline(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(inline(v) for v in value) + "]"
    return _text(str(value))
