"""A network source that would watch nothing is a problem of the key that says so."""

from __future__ import annotations

from pathlib import Path

import pytest

from microinf_pipeline.settings import read

BRANDS = """\
brands:
  - {id: acme, hashtags: [acme], handles: {threads: acme_tea, tiktok: AcmeCola}, owned_accounts: {threads: acme_hq}}
  - {id: other, hashtags: [other]}
campaigns: [{id: spring, brand: acme, hashtags: ['#AcmeSpring'], start: 2026-03-01}]
sources:
"""
THREADS = "type: threads, access_token: '${S}'"
TIKTOK = "type: tiktok, access: business, client_key: k, client_secret: '${S}', business_id: b, refresh_token: '${S}'"
INSTAGRAM = "type: instagram, access_token: '${S}'"
FACEBOOK = "type: facebook, access_token: '${S}'"


def told(folder: Path, source: str, brands: str = BRANDS) -> list[str]:
    path = folder / "microinf.yaml"
    path.write_text(f"{brands}  - {{name: s, {source}}}\n", encoding="utf-8")
    return [f"{p.where}: {p.what} ({p.fix})" for p in read(path, {"S": "secret"}).problems]


@pytest.mark.parametrize(
    "source",
    [
        f"{THREADS}, username: '@Acme_Tea'", f"{THREADS}, username: acme_hq, brands: acme",
        f"{TIKTOK}, username: acmecola, hashtags: [ACME, acmespring]",
        f"{INSTAGRAM}, brands: acme, accounts: {{acme: '1'}}", f"{FACEBOOK}, pages: {{other: '1'}}",
    ],
)  # fmt: skip
def test_what_a_source_watches_is_some_brands(tmp_path: Path, source: str) -> None:
    assert told(tmp_path, source) == []


@pytest.mark.parametrize(
    ("source", "name", "network"),
    [
        (f"{THREADS}, username: '@acme'", "acme", "threads"),
        (f"{THREADS}, username: acme_tea, brands: other", "acme_tea", "threads"),
        (f"{TIKTOK}, username: acme_tea, hashtags: [nosuch]", "acme_tea", "tiktok"),
    ],
)
def test_a_username_that_is_no_brands_watches_nothing(tmp_path: Path, source: str, name: str, network: str) -> None:
    what = f"no brand of this source has @{name} among its handles or owned_accounts on {network}"
    fix = f"add it to its brand: owned_accounts: {{{network}: {name}}}, or correct the name"
    assert told(tmp_path, source) == [f"sources[0].username: {what} ({fix})"]


def test_hashtags_the_accounts_brand_does_not_have_are_never_listed(tmp_path: Path) -> None:
    assert told(tmp_path, f"{TIKTOK}, username: acmecola, hashtags: [acme, nosuch, other]") == [
        f"sources[0].hashtags: brand 'acme' has no hashtag '{tag}' (add it to the brand or a campaign of it, or take it away here)"
        for tag in ("nosuch", "other")
    ]


def test_accounts_and_pages_are_of_brands_the_source_is_for(tmp_path: Path) -> None:
    assert told(tmp_path, f"{INSTAGRAM}, brands: acme, accounts: {{acme: '1', other: '2'}}") == [
        "sources[0].accounts: brand 'other' is not among the brands of this source (add it to brands:, or take it away here)"
    ]
    assert told(tmp_path, f"{FACEBOOK}, pages: {{acmee: '1'}}") == [
        "sources[0].pages: there is no brand 'acmee' — did you mean 'acme'? (brands here: acme, other)"
    ]


def test_a_brand_that_could_not_be_read_is_no_second_problem(tmp_path: Path) -> None:
    brands = "brands: [{id: 'not one word'}, {id: other}]\nsources:\n"
    assert [p.partition(":")[0] for p in told(tmp_path, f"{THREADS}, username: acme", brands)] == ["brands[0].id"]
    assert told(tmp_path, f"{THREADS}, username: acme", "sources:\n") == []
