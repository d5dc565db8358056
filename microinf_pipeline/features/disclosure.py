"""What a text says about a commercial connection, and what that is worth in a jurisdiction.

Put here: labels found in texts with their place, and the verdict as a function of labels, connection, jurisdiction and
the network's own label. Keep out: the wordings and their grades (`rules/disclosure.yaml`), how connections become known
(ledgers, roles), rates.

The network's label and the text are never mixed: a platform label is no label found, and a label found is no knowledge
of a connection. Without a known connection nothing is "compliant": the verdict is not_assessable.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, Final

import polars as pl

from microinf_pipeline.features.disclosure_words import TAG, Wording, hints, patterns, rules, tag_wording, wordings

#: One row a label found. `row`: place of the text in the input.
LABELS: Final = {
    "row": pl.Int64(), "wording": pl.String(), "language": pl.String(), "kind": pl.String(),  # tag | opening | phrase
    "label_found": pl.String(),  # as written
    "char_offset": pl.Int64(),  # characters before it, from 0
    "line_no": pl.Int64(),  # from 1
    "tag_place": pl.Int64(), "tags_in_run": pl.Int64(),  # its place (from 1) in a run of hashtags; NULL if no hashtag
    "before_fold": pl.Boolean(), "at_start": pl.Boolean(),
}  # fmt: skip
#: One row a case and jurisdiction (interface.md, mart_disclosure).
VERDICTS: Final = {
    "row": pl.Int64(), "jurisdiction": pl.String(), "verdict": pl.String(), "rule_id": pl.String(),
    "label_found": pl.String(), "label_in": pl.String(), "char_offset": pl.Int64(), "line_no": pl.Int64(),
    "tag_place": pl.Int64(), "tags_in_run": pl.Int64(),
}  # fmt: skip

_READ_AT_MOST: Final = 20_000  # characters: no network lets a caption be longer than half of this, articles may be
#: What may stand before a label that is "at the start": handles, tags of a run it leads, emoji and punctuation.
_ONLY_DECORATION: Final = re.compile(r"(?:@[\w.]+|[^\w#@]|_)*\Z")
_KINDS: Final = ("tag", "phrase", "opening")
_TOLD: Final = ("label_found", "label_in", "char_offset", "line_no", "tag_place", "tags_in_run")
_BEST_FIRST: Final = {"ok": 0, "ok_misplaced": 1, "weak": 2, "unstated": 3, "refused": 4}


def labels(texts: pl.Series, networks: pl.Series) -> pl.DataFrame:
    """LABELS in each text as its author wrote it (not folded: places are counted in it), by row and place.

    A place that several wordings claim goes to the longest, then to the first in the rules. NULL holds nothing."""
    read = texts.str.head(_READ_AT_MOST)
    low = read.str.to_lowercase()
    tags, phrases, opening = hints()
    looks = pl.DataFrame(
        {
            "row": pl.int_range(len(texts), eager=True), "text": read, "network": networks,
            "tag": low.str.contains_any(tags), "phrase": low.str.contains_any(phrases), "opening": low.str.contains(opening),
        }
    ).filter(pl.any_horizontal(_KINDS))  # fmt: skip
    found: list[dict[str, Any]] = []
    for row, text, network, *likely in looks.iter_rows():
        kinds = [kind for kind, is_likely in zip(_KINDS, likely, strict=True) if is_likely]
        found += [{"row": row, **label} for label in _labels_of(text, network, kinds)]
    return pl.DataFrame(found, schema=LABELS, orient="row")


def verdicts(cases: pl.DataFrame, found: pl.DataFrame) -> pl.DataFrame:
    """VERDICTS for cases (`row`, `jurisdiction`, `connection_type`, `platform_label`, `brand_names`) and the LABELS of
    their texts, with `label_in` where a case has several. brand_names: List[str], lower case, as a tag may start with
    them; empty or NULL if none.

    connection_type: a relation of core_mentions, gift, fee, affiliate, …; 'owned' = the brand's own account; 'none' =
    known that there is none; NULL = unknown, unless the platform label itself tells of a paid connection: then the label
    found is told, but not judged. Raises KeyError on a jurisdiction without rules.
    """
    by_row = {row[0]: group.to_dicts() for row, group in found.group_by("row")}
    judged = [
        {"row": case["row"], "jurisdiction": case["jurisdiction"], **_verdict(case, by_row.get(case["row"], []))}
        for case in cases.iter_rows(named=True)
    ]
    return pl.DataFrame(judged, schema=VERDICTS, orient="row")


def _labels_of(text: str, network: str | None, kinds: Sequence[str]) -> Iterator[dict[str, Any]]:
    kept: list[tuple[int, int, str, Wording]] = []
    for span in sorted(_spans(text, kinds), key=lambda span: (span[0] - span[1], span[0])):  # the longest first
        if all(span[1] <= other[0] or span[0] >= other[1] for other in kept):
            kept.append(span)
    runs = _tag_runs(text) if kept else {}
    for start, end, kind, wording in sorted(kept, key=lambda span: span[0]):
        line = text.count("\n", 0, start) + 1
        place, in_run = runs.get(start, (None, None))
        yield {
            "wording": wording.id, "language": wording.language, "kind": kind,
            "label_found": text[start:end], "char_offset": start, "line_no": line, "tag_place": place, "tags_in_run": in_run,
            "before_fold": _before_fold(network, end, line), "at_start": bool(_ONLY_DECORATION.match(text[:start])),
        }  # fmt: skip


def _spans(text: str, kinds: Sequence[str]) -> Iterator[tuple[int, int, str, Wording]]:
    for tag in TAG.finditer(text) if "tag" in kinds else ():
        wording = tag_wording(tag[0][1:])
        if wording:
            yield tag.start(), tag.end(), "tag", wording
    for pattern in (pattern for pattern in patterns() if pattern.kind in kinds):
        for match in pattern.regex.finditer(text):
            group = match.lastindex or 0
            yield match.start(group), match.end(group), pattern.kind, pattern.by_group[group - 1]


def _tag_runs(text: str) -> dict[int, tuple[int, int]]:
    """Offset of each hashtag → its place in its run and the run's length; only white space parts the tags of a run."""
    tags = [(match.start(), match.end()) for match in TAG.finditer(text)]
    places: dict[int, tuple[int, int]] = {}
    run: list[int] = []
    for at, (start, end) in enumerate(tags):
        run.append(start)
        following = tags[at + 1][0] if at + 1 < len(tags) else len(text)
        if at + 1 == len(tags) or text[end:following].strip():
            places.update({offset: (place, len(run)) for place, offset in enumerate(run, start=1)})
            run = []
    return places


def _before_fold(network: str | None, end: int, line: int) -> bool:
    fold = rules()["fold"].get(network, {})
    return bool(end <= fold.get("characters", end) and line <= fold.get("lines", line))


def _verdict(case: dict[str, Any], found: Sequence[dict[str, Any]]) -> dict[str, Any]:
    where, connection = case["jurisdiction"], case["connection_type"]
    place_rule = rules()["place"][where]
    if connection is None and case["platform_label"]:
        connection = "paid"
    if connection is None:
        return _judged("not_assessable", f"{where}.connection_unknown", next(iter(found), None))
    if connection == "owned":
        return _judged("not_required", f"{where}.own_account")
    if connection == "none":
        return _judged("not_required", f"{where}.no_connection")
    telling = [label for label in found if _tells_of(wordings()[label["wording"]], connection)]
    graded = [(_grade(label, where, place_rule, case["brand_names"] or []), label) for label in telling]
    if graded:
        grade, label = min(graded, key=lambda pair: (_BEST_FIRST[pair[0]], pair[1]["char_offset"]))
        return _judged("adequate" if grade == "ok" else "weak", f"{where}.{label['wording']}.{grade}", label)
    if case["platform_label"]:
        return _judged("weak", f"{where}.platform_label_alone")
    return _judged("missing", f"{where}.no_label")


def _tells_of(wording: Wording, connection: str) -> bool:
    return not wording.connections or connection in wording.connections


def _grade(label: dict[str, Any], where: str, place_rule: dict[str, Any], brand_names: Sequence[str]) -> str:
    wording = wordings()[label["wording"]]
    tag = label["label_found"].lower()[1:]
    if wording.needs_brand and not any(tag.startswith(name) for name in brand_names):
        return "unstated"
    grade = wording.says.get(where, "unstated")
    return "ok_misplaced" if grade == "ok" and not _well_placed(label, place_rule) else grade


def _well_placed(label: dict[str, Any], rule: dict[str, Any]) -> bool:
    if (label["tags_in_run"] or 0) >= rules()["pile_from"] and label["tag_place"] > 1:
        return False
    if rule["rule"] == "at_start":
        return bool(label["at_start"])
    return bool(label["before_fold"]) and label["line_no"] <= rule.get("lines", label["line_no"])


def _judged(verdict: str, rule_id: str, label: dict[str, Any] | None = None) -> dict[str, Any]:
    return {"verdict": verdict, "rule_id": rule_id, **{name: (label or {}).get(name) for name in _TOLD}}
