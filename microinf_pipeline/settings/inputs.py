"""The CSV files a user keeps beside the configuration: their keys, columns and meaning.

Put here: what each file is called and which columns it has. Keep out: reading the rows (they are data of a night).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from pydantic import Field

from microinf_pipeline.settings.fields import FilePath, Section


@dataclass(frozen=True)
class InputFile:
    """One CSV: `required` columns must be there, `optional` ones may."""

    meaning: str
    required: tuple[str, ...]
    optional: tuple[str, ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        """All columns, in the order `microinf init` writes them."""
        return self.required + self.optional


def _file(meaning: str, required: str, optional: str = "") -> InputFile:
    return InputFile(meaning, tuple(required.split()), tuple(optional.split()))


#: Dates are YYYY-MM-DD, `valid_from` inclusive, `valid_to` exclusive; an empty cell is unknown or open.
INPUT_FILES: Final[dict[str, InputFile]] = {
    "employees": _file("Own staff, with consent to count their posts", "employee_id network account brand_id",
                       "consent_on consent_until content_in_role unit valid_from valid_to link email"),
    "headcount": _file("Head count per unit and month", "brand_id unit month head_count"),
    "vested": _file("Agencies, suppliers, family, investors: never earned, never winners", "network account brand_id",
                    "kind valid_from valid_to"),
    "customers": _file("Customers who agreed to be matched, by account", "customer_id network account brand_id",
                       "consent_on valid_from valid_to link email"),
    "deals": _file("What creators get: product gifts, fees (amounts in all, not per click), and the code or link of theirs",
                   "deal_id network account brand_id",
                   "campaign_id kind gifts fees pricing_model currency agreed_on valid_from valid_to code link"
                   " contest_id"),
    "clicks": _file("Clicks per day, by tracking link or creator", "day brand_id clicks",
                    "campaign_id network account link"),
    "conversions": _file("Orders attributed to a link or code; an order reached by several has a row for each",
                         "conversion_id converted_at brand_id net_revenue currency",
                         "campaign_id network account link code clicked_at"),
    "rights": _file("Permission to use a post", "network post_id brand_id status", "granted_on valid_until scope"),
    "rate_card": _file("Prices for the compensation guide", "network tier format low high currency",
                       "valid_from valid_to"),
    "benchmarks": _file("Engagement rates published by others, shown beside one's own and never mixed with them",
                        "network tier format er_median definition year publisher"),
    "identity_links": _file("Accounts known to be one person", "network account other_network other_account",
                            "evidence valid_from valid_to"),
    "account_aliases": _file("Handles that belong to a platform id", "network alias account_id valid_from", "valid_to"),
    "outreach": _file("Contacts made", "network account brand_id status changed_on", "channel note"),
    "decisions": _file("What a person decided about a creator, a post, or an entry of a contest (eligible or ineligible)",
                       "decided_on brand_id subject decision", "network account post_id decided_by reason contest_id"),
    "contest_entries": _file("Entries no source brings: made off the networks, or where nobody can look",
                             "contest_id network account entered_at",
                             "post_id url person_id"),
    "jury": _file("Points given by a jury", "contest_id network post_id juror points"),
    "exclusions": _file("Who may not win a contest, and why; or two accounts that are not one person", "network account",
                        "contest_id reason_code terms_clause decided_by other_network other_account"),
}  # fmt: skip


def _path(key: str) -> FilePath | None:
    described = INPUT_FILES[key]
    optional = f" Optional: {', '.join(described.optional)}." if described.optional else ""
    text = f"{described.meaning}. Columns: {', '.join(described.required)}.{optional}"
    path: FilePath | None = Field(default=None, description=text)
    return path


class Inputs(Section):
    """Paths of the CSV files; each is optional."""

    employees: FilePath | None = _path("employees")
    headcount: FilePath | None = _path("headcount")
    vested: FilePath | None = _path("vested")
    customers: FilePath | None = _path("customers")
    deals: FilePath | None = _path("deals")
    clicks: FilePath | None = _path("clicks")
    conversions: FilePath | None = _path("conversions")
    rights: FilePath | None = _path("rights")
    rate_card: FilePath | None = _path("rate_card")
    benchmarks: FilePath | None = _path("benchmarks")
    identity_links: FilePath | None = _path("identity_links")
    account_aliases: FilePath | None = _path("account_aliases")
    outreach: FilePath | None = _path("outreach")
    decisions: FilePath | None = _path("decisions")
    contest_entries: FilePath | None = _path("contest_entries")
    jury: FilePath | None = _path("jury")
    exclusions: FilePath | None = _path("exclusions")
