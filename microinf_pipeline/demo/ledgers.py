"""The brand's own lists in the demo: staff, head count, customers, deals, prices, clicks, orders.

Put here: rows of `inputs:`. Keep out: anything a network or listening tool would know.
"""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Final

from microinf_pipeline.demo.brands import CAMPAIGNS, HISTORY_START, NIGHTS
from microinf_pipeline.demo.people import Account
from microinf_pipeline.demo.staff import Colleague, colleagues
from microinf_pipeline.demo.write import table

_CURRENCY: Final = {"kornwolke": "EUR", "bramblespoke": "GBP"}
_UNITS: Final = (("Marketing", 24), ("Labor", 41), ("Abfüllung", 120))
#: (network, tier, format, low, high, from, to): what macro creators get on TikTok has run out and was not renewed.
_PRICES: Final = (
    ("instagram", "micro", "post", 120, 250, "2026-01-01", "2026-07-01"),
    ("instagram", "micro", "post", 140, 280, "2026-07-01", ""),
    ("instagram", "macro", "post", 600, 1500, "2026-01-01", ""),
    ("instagram", "macro", "story", 250, 600, "2026-01-01", ""),
    ("tiktok", "micro", "*", 100, 220, "2026-01-01", ""),
    ("tiktok", "macro", "*", 500, 1400, "2026-01-01", "2026-07-01"),
    ("x", "macro", "post", 300, 800, "2026-01-01", ""),
)


def write_inputs(folder: Path, accounts: list[Account], rng: Random) -> None:
    """Writes every list to `inputs/`; people are chosen among those who post regularly."""
    inputs = folder / "inputs"
    people = [a for a in accounts if a.role == "regular" and not a.person.paid and a.renamed is None]
    oat_people = rng.sample([a for a in people if a.loves == "kornwolke"], 44)
    _staff(inputs, oat_people[:12], oat_people[12], colleagues(accounts))
    _customers(inputs, oat_people[13:34])
    deals = _deals(inputs, [a for a in accounts if a.role == "regular" and a.person.paid], oat_people[34:])
    _sales(inputs, deals, rng)
    prices = [[network, tier, form, low, high, "EUR", *days] for network, tier, form, low, high, *days in _PRICES]
    table(inputs / "rate_card.csv", "network tier format low high currency valid_from valid_to", prices)


def _staff(inputs: Path, staff: list[Account], agency: Account, others: list[Colleague]) -> None:
    """Of the first twelve ten agreed that their posts are counted; one agreement has ended, one person has left."""
    rows = []
    for n, a in enumerate(staff):
        consent = "2026-02-15" if n < 10 else ""
        until, left = ("2026-07-01" if n == 8 else ""), ("2026-06-30" if n == 9 else "")
        rows.append(
            [f"E{n:03d}", a.network, a.handle, "kornwolke", consent, until, "false", _UNITS[n % 2][0], "2024-01-01", left]
        )
    for n, one in enumerate(others, len(staff)):
        named = [f"E{n:03d}", one.account.network, one.account.handle, "kornwolke"]
        rows.append([*named, one.consent_on, "", "false", one.unit, "2024-01-01", ""])
    header = "employee_id network account brand_id consent_on consent_until content_in_role unit valid_from valid_to"
    table(inputs / "employees.csv", header, rows)
    months = [date(2026, month, 1) for month in range(3, 10)]
    heads = [["kornwolke", unit, month, count + month.month] for unit, count in _UNITS for month in months]
    table(inputs / "headcount.csv", "brand_id unit month head_count", heads)
    vested = [[agency.network, agency.handle, "kornwolke", "agency", "2026-01-01", ""]]
    table(inputs / "vested.csv", "network account brand_id kind valid_from valid_to", vested)


def _customers(inputs: Path, people: list[Account]) -> None:
    """Named by handle, by the profile's address, or by the e-mail they bought with."""
    rows = []
    for n, a in enumerate(people):
        by_link, by_email = n % 3 == 1, a.email is not None
        handle = ["", ""] if by_link or by_email else [a.network, a.handle]
        other = [a.address() if by_link and not by_email else "", a.email or ""]
        rows.append([f"C{n:04d}", *handle, "kornwolke", "2026-04-01", "2026-04-01", "", *other])
    table(inputs / "customers.csv", "customer_id network account brand_id consent_on valid_from valid_to link email", rows)


def _deals(inputs: Path, paid: list[Account], gifted: list[Account]) -> list[tuple[str, Account]]:
    """Fees for the paid creators, product for others; (campaign, account) of each for the sales lists."""
    current = {"kornwolke": "schaumprobe", "bramblespoke": "ridethehedge"}
    rows, deals = [], []
    for n, account in enumerate([*paid, *gifted]):
        fee = 80 + 40 * (n % 7) if account.person.paid else ""
        gift, model = (0, "flat") if account.person.paid else (25, "product")
        campaign = current[account.loves]
        rows.append([
            f"D{n:03d}", account.network, account.handle, account.loves, campaign, "fee" if fee else "gift", gift, fee,
            model, _CURRENCY[account.loves], "2026-08-10", "2026-08-15", "", _code(account),
        ])  # fmt: skip
        deals.append((campaign, account))
    header = (
        "deal_id network account brand_id campaign_id kind gifts fees pricing_model currency agreed_on valid_from valid_to code"
    )
    table(inputs / "deals.csv", header, rows)
    return deals


def _code(account: Account) -> str:
    """A code of the creator's own: two creators of one code could not be told apart."""
    return f"{account.handle.replace('.', '').replace('_', '').upper()}10"


def _sales(inputs: Path, deals: list[tuple[str, Account]], rng: Random) -> None:
    """Daily clicks and orders by link or code while the campaigns run, orders no campaign explains, clicks of a creator nobody
    knows, and an order that a code alone explains."""
    clicks, orders = [], []
    starts = {campaign.id: campaign.start for campaign in CAMPAIGNS}
    for campaign, account in deals:
        day, code = starts[campaign], _code(account)
        while day <= NIGHTS[-1]:
            count = rng.randrange(0, 30)
            clicks.append([day, account.loves, count, campaign, account.network, account.handle])
            if count > 22:
                net = f"{rng.uniform(14, 90):.2f}"
                given = code if count % 2 else ""
                orders.append([f"{day}T18:{count:02d}:00", account.loves, net, _CURRENCY[account.loves], campaign,
                               account.network, account.handle, given, f"{day}T17:30:00"])  # fmt: skip
            day += timedelta(days=1)
    for n in range(120):
        day = HISTORY_START + timedelta(days=rng.randrange(188))
        orders.append([f"{day}T12:{n % 60:02d}:00", "kornwolke", f"{rng.uniform(9, 60):.2f}", "EUR", "", "", "", "", ""])
    clicks.append([NIGHTS[0], "kornwolke", 37, "", "instagram", "nobody_here_knows"])
    one = deals[0][1]
    orders.append([f"{NIGHTS[1]}T20:15:00", one.loves, "24.90", _CURRENCY[one.loves], "", "", "", _code(one), ""])
    table(inputs / "clicks.csv", "day brand_id clicks campaign_id network account", clicks)
    header = "conversion_id converted_at brand_id net_revenue currency campaign_id network account code clicked_at"
    table(inputs / "conversions.csv", header, [[f"O{n:05d}", *row] for n, row in enumerate(orders)])
