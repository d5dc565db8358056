"""What a mart needs from the configuration before it can hold a row: said by `plan`, and by the report where one is empty.

Put here: tables that stay empty without a key of microinf.yaml. Keep out: tables that need nothing but mentions.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Need:
    """A table, and the keys of which it needs every one (`any_of`: at least one)."""

    table: str
    keys: tuple[str, ...]
    why: str
    any_of: bool = False


NEEDS: Final[tuple[Need, ...]] = (
    Need("mart_campaign", ("campaigns",), "there is no campaign to count for"),
    Need("mart_contest", ("contests",), "there is no contest"),
    Need("mart_contest_entries", ("contests",), "there is no contest"),
    Need("mart_contest_draw", ("contests",), "there is no contest"),
    Need("mart_share_of_voice", ("brands.brand_set",), "no brand says which set it is compared within"),
    Need("mart_employee_advocacy", ("inputs.employees", "inputs.headcount"), "shares of staff need the staff and its head count"),
    Need("mart_customer_creators", ("inputs.customers",), "nobody said which accounts are customers"),
    Need("mart_roi", ("inputs.deals", "inputs.clicks", "inputs.conversions"), "no cost and no return is known", any_of=True),
)
