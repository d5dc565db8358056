"""Lists about money: what is read, and what is refused with the lines that are wrong."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import polars as pl
import pytest

from microinf_pipeline.commands.doctor import examine
from microinf_pipeline.errors import FixConfigurationError
from microinf_pipeline.night.lists.deals import given_deals, given_rate_card
from microinf_pipeline.night.lists.sales import given_clicks, given_conversions
from microinf_pipeline.settings import Settings, load

CONFIG = """\
home: home
brands:
  - {id: acme, timezone: Europe/Berlin, hashtags: ["#acme"]}
  - {id: other, hashtags: ["#other"]}
campaigns:
  - {id: spring, brand: acme, hashtags: ["#acmespring"], start: 2026-03-01, budget: {amount: 500, currency: EUR}}
  - {id: free, brand: acme, hashtags: ["#acmefree"], start: 2026-03-01}
inputs: {%s: list.csv}
"""
DEALS = "deal_id,network,account,brand_id,campaign_id,kind,gifts,fees,currency,agreed_on,valid_from,valid_to,code\n"
CLICKS = "day,brand_id,clicks,campaign_id,network,account,link\n"
ORDERS = "conversion_id,converted_at,brand_id,net_revenue,currency,campaign_id,network,account,code,clicked_at\n"
CARD = "network,tier,format,low,high,currency,valid_from,valid_to\n"


def settings_with(folder: Path, key: str, text: str) -> Settings:
    (folder / "microinf.yaml").write_text(CONFIG % key)
    (folder / "list.csv").write_text(text)
    return load(folder / "microinf.yaml")


def test_a_deal_is_paid_by_its_fee_else_what_its_kind_says(tmp_path: Path) -> None:
    rows = (
        "D1,instagram,@Anna,acme,spring,,20,100,,2026-02-20,,,anna10\n"
        "D2,instagram,ben,acme,,gift,25,,EUR,2026-02-20,2026-03-05,2026-04-01,\n"
        "D3,x,cy,acme,,Commission,,,,,,,\n"
        "D4,x,dee,acme,,gift,,5,GBP,2026-02-20,,,\n"
    )
    read = given_deals(settings_with(tmp_path, "deals", DEALS + rows)).select(
        "deal_id", "account", "kind", "relation", "gifts", "fees", "currency", "valid_from", "valid_to", "code"
    )
    assert read.sort("deal_id").rows() == [
        ("D1", "Anna", "fee", "paid", 20, 100, "EUR", date(2026, 2, 20), None, "ANNA10"),
        ("D2", "ben", "gift", "gifted", 25, None, "EUR", date(2026, 3, 5), date(2026, 4, 1), None),
        ("D3", "cy", "commission", "paid", None, None, None, None, None, None),
        ("D4", "dee", "gift", "paid", None, 5, "GBP", date(2026, 2, 20), None, None),
    ]


@pytest.mark.parametrize(
    ("read", "key", "text", "told"),
    [
        (given_deals, "deals", DEALS + "D1,x,a,acme,,,,5,EUR,2026-03-01,,,\nD1,x,b,acme,,,,5,GBP,2026-03-01,,,\n",
         "currencies mixed (EUR, GBP) within deal D1 in line 2, 3"),
        (given_deals, "deals", DEALS + "D1,x,a,acme,spring,,,5,GBP,2026-03-01,,,\n",
         "currencies mixed: campaign spring has a budget in EUR, another currency stands in line 2"),
        (given_deals, "deals", DEALS + "D1,x,a,acme,,,,5,,2026-03-01,,,\n", "an amount without a currency in line 2"),
        (given_deals, "deals", DEALS + "D1,x,a,acme,,,,5,EUR,,,,\n", "an amount of no month in line 2"),
        (given_deals, "deals", DEALS + "D1,x,a,acme,,gift,-5,,EUR,2026-03-01,,,\n", "a gifts below 0 in line 2"),
        (given_deals, "deals", DEALS + 'D1,x,a,acme,,gift,"1.000,50",,EUR,,,,\n', "a gifts that is no number like 1234.50 in line 2"),
        (given_deals, "deals", DEALS + "D1,x,a,acme,,,,,,,,,\n", "neither kind, gifts nor fees in line 2"),
        (given_deals, "deals", DEALS + "D1,x,a,acme,,bribe,,,,,,,\n", "an unknown kind in line 2"),
        (given_deals, "deals", DEALS + "D1,x,a,other,spring,gift,,,,,,,\n", "a campaign_id that no campaign of the brand has in line 2"),
        (given_deals, "deals", DEALS + "D1,x,a,acme,,gift,,,,,2026-03-02,2026-03-02,\n", "a valid_to that is not after valid_from in line 2"),
        (given_deals, "deals", DEALS + "D1,x,,acme,,gift,,,,,,,TEN\nD2,x,b,acme,,gift,,,,,,,TEN\n", "an empty account in line 2"),
        (given_deals, "deals", DEALS + 2 * "D1,x,a,acme,,gift,,,,,,,\n", "the same deal twice in line 2, 3"),
        (given_deals, "deals", DEALS + "D1,x,a,acme,,gift,,,,,,,TEN\nD2,x,b,acme,,gift,,,,,,,ten\n",
         "the code 'TEN' leads to two creators or campaigns at once in line 2, 3"),
        (given_clicks, "clicks", CLICKS + "2026-03-01,acme,1.5,,,,\n", "a clicks that is no whole number in line 2"),
        (given_clicks, "clicks", CLICKS + "1.3.2026,nobody,1,,,,\n", "a brand_id that no brand has in line 2; a day that is not YYYY-MM-DD in line 2"),
        (given_conversions, "conversions", ORDERS + "1,2026-03-01,acme,5,EUR,,,,,\n1,2026-03-01,acme,5,GBP,,,,X,\n",
         "currencies mixed (EUR, GBP) within order 1 in line 2, 3"),
        (given_conversions, "conversions", ORDERS + "1,2026-03-01,acme,5,EUR,,,,,\n1,2026-03-01,acme,6,EUR,,,,X,\n",
         "one order with two times or amounts in line 2, 3"),
        (given_conversions, "conversions", ORDERS + "1,yesterday,acme,5,EUR,,,,,\n", "a converted_at that is no time"),
        (given_rate_card, "rate_card", CARD + "x,micro,post,10,20,EUR,2026-01-01,2026-03-02\nx,micro,post,11,21,EUR,2026-03-01,\n",
         "two prices at once for x micro post EUR in line 2, 3"),
        (given_rate_card, "rate_card", CARD + "x,micro,post,30,20,EUR,,\n", "a low above its high in line 2"),
        (given_rate_card, "rate_card", CARD + "x,mega,post,10,20,EUR,,\n", "an unknown tier in line 2"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_its_lines(
    tmp_path: Path, read: Callable[[Settings], pl.DataFrame], key: str, text: str, told: str
) -> None:
    with pytest.raises(FixConfigurationError) as refused:
        read(settings_with(tmp_path, key, text))
    assert told in refused.value.what
    assert (refused.value.exit_code, refused.value.where) == (2, str(tmp_path / "list.csv"))


def test_doctor_tells_them_before_a_night_does(tmp_path: Path) -> None:
    settings_with(tmp_path, "deals", DEALS + "D1,x,a,acme,,,,5,EUR,2026-03-01,,,\nD1,x,b,acme,,,,5,GBP,2026-03-01,,,\n")
    [told] = examine(tmp_path / "microinf.yaml").problems
    assert told == (
        "microinf.yaml:8: inputs.deals: list.csv: inputs: deals: currencies mixed (EUR, GBP) within deal D1 in line 2, 3"
        " (give each currency a deal_id of its own)"
    )


def test_times_with_and_without_zone_are_utc(tmp_path: Path) -> None:
    times = ("2026-03-01T10:00:00+02:00", "2026-03-01T08:00:00Z", "2026-03-01 08:00", "2026-03-01T08:00:00")
    rows = "".join(f"{n},{at},acme,-5.5,EUR,,,,ten,\n" for n, at in enumerate(times))
    read = given_conversions(settings_with(tmp_path, "conversions", ORDERS + rows))
    assert read.select("converted_at", "net_revenue", "code").unique().rows() == [(datetime(2026, 3, 1, 8), -5.5, "TEN")]


def test_the_order_of_lines_does_not_matter(tmp_path: Path) -> None:
    lines = ["2026-03-01,acme,3,,x,@anna,\n", "2026-03-01,acme,4,,x,anna,\n", "2026-03-02,acme,5,spring,,,\n"]
    read = [given_clicks(settings_with(tmp_path, "clicks", CLICKS + "".join(o))).rows() for o in itertools.permutations(lines)]
    assert [row[-1] for row in read[0]] == [7, 5]
    assert read == [read[0]] * 6
