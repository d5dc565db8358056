"""Looks at what is known already on one instance: posts, accounts, and what candidates posted last.

Put here: those requests. Keep out: which of them a night needs, and what their failures mean (`mastodon_night.py`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final
from urllib.parse import quote

import msgspec

from microinf_pipeline.catalog.capture import TIMELINE_POSTS, TIMELINES
from microinf_pipeline.errors import GiveUpError, ItemGoneError
from microinf_pipeline.sources.answers import AnswerRefusedError
from microinf_pipeline.sources.mastodon_api import IDS_PER_CALL, TIMELINE, InstanceApi, listed_in
from microinf_pipeline.sources.mastodon_parse import REFRESH
from microinf_pipeline.sources.outcomes import is_one_alone

_GONE: Final = (404, 410)


class SecondLooks:
    """Raises what `HttpClient.request` raises. `answered` counts what was found, until the caller sets it back.

    `known` maps user@domain to the id on this instance; the caller fills it with every account it sees.
    """

    def __init__(self, api: InstanceApi, known: Mapping[str, str]) -> None:
        self._api, self._known = api, known
        self.answered = 0

    async def local_id(self, name: str) -> str:
        """The id by which this instance knows user@domain. Raises ItemGoneError for somebody it does not know."""
        if name.lower() in self._known:
            return self._known[name.lower()]
        page = await self._api.page(
            f"lookup-{name}", "account", "/api/v1/accounts/lookup", [("acct", self._short(name))], rule=REFRESH
        )
        about = msgspec.json.decode(page.body)
        known_as = about.get("id") if isinstance(about, dict) else None
        if not isinstance(known_as, str):
            raise GiveUpError("the answer is no account", where=page.request["url"], fix="check the address")
        return known_as

    def _short(self, name: str) -> str:
        return name.removesuffix(f"@{self._api.can.domain}")

    async def answered_posts(self, name: str, due: Sequence[str]) -> None:
        """Posts that an owned account answers, by local id."""
        if self._api.can.batches:
            for number, some in enumerate(_chunks([(one, one) for one in due]), 1):
                params = [("id[]", one) for one, _ in some]
                page_name = f"answered-{name}-{number:04d}"
                page = await self._api.page(page_name, "statuses", "/api/v1/statuses", params, rule=REFRESH)
                self.answered += len(listed_in(page))
            return
        for one in due:
            await self._api.page(f"answered-{one}", "status", f"/api/v1/statuses/{one}", rule=REFRESH, accept=_GONE)
            self.answered += 1

    async def posts_by_id(self, known: Mapping[str, str]) -> None:
        """Known posts, local id → uri."""
        due = list(known.items())
        if self._api.can.batches:
            missing: list[tuple[str, str]] = []
            for number, asked in enumerate(_chunks(due), 1):
                params = [("id[]", one) for one, _ in asked]
                page = await self._api.page(
                    f"statuses-{number:04d}", "statuses", "/api/v1/statuses", params, rule=REFRESH, asked=dict(asked)
                )
                there = {str(item.get("id")) for item in listed_in(page)}
                absent = [(one, uri) for one, uri in asked if one not in there]
                self.answered += len(asked) - len(absent)
                missing += absent
            due = missing  # only a look at the post itself tells gone from hidden
        for one, uri in due:
            await self._api.page(
                f"status-{one}", "status", f"/api/v1/statuses/{one}", rule=REFRESH, asked={one: uri}, accept=_GONE
            )
            self.answered += 1

    async def posts_by_address(self, uris: Sequence[str]) -> None:
        """Posts of servers that are not asked."""
        for number, uri in enumerate(uris, 1):
            params = [("q", uri), ("resolve", "true"), ("type", "statuses")]
            await self._api.page(f"resolve-{number:04d}", "resolve", "/api/v2/search", params, rule=REFRESH, asked={uri: uri})
            self.answered += 1

    async def accounts(self, names: Sequence[str]) -> None:
        """Profiles of user@domain."""
        known = [(one, self._known[one]) for one in names if one in self._known]
        batched = known if self._api.can.batches else []
        for number, some in enumerate(_chunks(batched), 1):
            params = [("id[]", one) for _, one in some]
            await self._api.page(f"accounts-{number:04d}", "accounts", "/api/v1/accounts", params, rule=REFRESH)
            self.answered += len(some)
        done = {name for name, _ in batched}
        for number, name in enumerate((one for one in names if one not in done), 1):
            params = [("acct", self._short(name))]
            await self._api.page(
                f"account-{number:04d}", "account", "/api/v1/accounts/lookup", params, rule=REFRESH, accept=_GONE
            )
            self.answered += 1

    async def timelines(self, names: Sequence[str]) -> None:
        """The last posts of each candidate, replies and boosts left out. Whoever shows none any more is passed over."""
        for name in names:
            try:
                known_as = await self.local_id(name)
                params = [("limit", str(TIMELINE_POSTS)), ("exclude_replies", "true"), ("exclude_reblogs", "true")]
                path = f"/api/v1/accounts/{quote(known_as, safe='')}/statuses"
                page = await self._api.page(f"timeline-{known_as}", TIMELINE, path, params, rule=TIMELINES)
            except (ItemGoneError, AnswerRefusedError) as error:
                if not is_one_alone(error):
                    raise
            else:
                self.answered += len(listed_in(page))


def _chunks(rows: Sequence[tuple[str, str]]) -> list[Sequence[tuple[str, str]]]:
    return [rows[start : start + IDS_PER_CALL] for start in range(0, len(rows), IDS_PER_CALL)]
