"""Pairs of accounts a person may want to link, after the mentions are known: only candidates are compared (kpis.md, end).

Put here: whom the judgement gets to see. Keep out: the judgement (`people.identity_suggestions`).
"""

from __future__ import annotations

from typing import Final

import polars as pl

from microinf_pipeline.catalog.tables import TABLES
from microinf_pipeline.night.model_runs import sql_of
from microinf_pipeline.night.run import NightRun
from microinf_pipeline.people.identity_clusters import TOO_WEAK
from microinf_pipeline.people.identity_profiles import NAMES
from microinf_pipeline.people.identity_suggestions import SUGGESTIONS, suggest

_PAIR: Final = ["network", "account_id", "other_network", "other_account_id"]


def suggest_links(run: NightRun) -> None:
    """The session relation `suggested_links`: SUGGESTIONS with a reason, and evidence on candidates that was not followed.

    Pairs that are one person already, and pairs a person split, are left out.
    """
    accounts = _candidates(run)
    likeness = suggest(accounts).with_columns(reason=pl.lit(TOO_WEAK)) if accounts["network"].n_unique() > 1 else _NONE
    unfollowed = run.engine.query("SELECT * FROM unfollowed_evidence")
    keys = accounts.select("network", "account_id")
    for side in (_PAIR[:2], _PAIR[2:]):
        unfollowed = unfollowed.join(keys, left_on=side, right_on=["network", "account_id"], how="semi")
    found = pl.concat([likeness.select(unfollowed.columns), unfollowed]).join(_settled(run, accounts), on=_PAIR, how="anti")
    run.engine.register_frame("suggested_links", found)


_NONE: Final = pl.DataFrame(schema={**SUGGESTIONS, "reason": pl.String()})


def _candidates(run: NightRun) -> pl.DataFrame:
    """network, account_id, handle, display_name, creator_id of candidates whose origin lets people be matched."""
    engine = run.engine
    candidates = engine.query("SELECT network, account_id FROM profile_candidates")
    if candidates["network"].n_unique() < 2:
        return _NOBODY
    run.candidate.register(engine, TABLES["core_accounts"])
    engine.register_frame("given_accounts", candidates)
    for relation in ("profile_names", "wanted_handles"):
        engine.register_frame(relation, _EMPTY[relation])
    return engine.query(
        "SELECT a.network, a.account_id, a.handle, a.display_name, a.creator_id FROM core_accounts AS a"
        f" INNER JOIN ({sql_of('linkable_accounts')}) AS l ON l.network = a.network AND l.account_id = a.account_id"
        " SEMI JOIN given_accounts AS g ON g.network = a.network AND g.account_id = a.account_id"
        " WHERE l.may_match_people AND a.account_type NOT IN ('brand', 'media', 'bot')"
    )


_NOBODY: Final = pl.DataFrame(
    schema=dict.fromkeys(("network", "account_id", "handle", "display_name", "creator_id"), pl.String())
)
_EMPTY: Final = {
    "profile_names": pl.DataFrame(schema=NAMES),
    "wanted_handles": pl.DataFrame(schema={"network": pl.String(), "alias": pl.String()}),
}


def _settled(run: NightRun, accounts: pl.DataFrame) -> pl.DataFrame:
    """Pairs of candidates that are one person, and pairs a person split; either side first."""
    mine = accounts.select("network", "account_id", "creator_id")
    theirs = mine.rename({"network": "other_network", "account_id": "other_account_id"})
    several = mine.filter(pl.len().over("creator_id") > 1)
    one_person = several.join(theirs, on="creator_id").select(_PAIR)
    split = run.engine.query("SELECT * FROM split_pairs")
    turned = split.select(
        network="other_network", account_id="other_account_id", other_network="network", other_account_id="account_id"
    )
    return pl.concat([one_person, split, turned]).unique()
