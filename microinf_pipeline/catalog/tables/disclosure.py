"""Disclosure: what posts with a commercial connection say of it, and what that is worth where (K13)."""

from __future__ import annotations

from microinf_pipeline.catalog.columns import PERSONAL, RELATIONS, hidden, own, pick
from microinf_pipeline.catalog.model import Layer, Read, Reference, Rule, Scope, Stage, Table
from microinf_pipeline.catalog.tables.measures import OF_A_BRAND

JURISDICTIONS = ("US", "DE", "UK", "EU")
VERDICTS = ("adequate", "weak", "missing", "not_required", "not_assessable")
_POST = ("network", "post_id")

POST_LABELS = Table(
    name="_post_labels", layer=Layer.CORE, stage=Stage.CLASSIFY, published=False, partition_by="posted_on",
    grain=("network", "post_id", "label_in", "char_offset"),
    purpose="Words and hashtags in posts that tell of a commercial connection, with their place. A text is read when its day is touched, else its labels are kept.",
    reads=(Read("read_labels"),),
    columns=(
        *pick("network!", "post_id!", "posted_on!"),
        hidden("label_in", "VARCHAR", "title or text."),
        hidden("wording", "VARCHAR", "Entry of rules/disclosure.yaml."),
        hidden("language", "VARCHAR", "Language of the wording."),
        hidden("kind", "VARCHAR", "tag, opening or phrase."),
        hidden("label_found", "VARCHAR", "As written."),
        hidden("char_offset", "BIGINT", "Characters before it."),
        hidden("line_no", "BIGINT", "Line, from 1."),
        hidden("tag_place", "BIGINT", "Place in a run of hashtags, from 1."),
        hidden("tags_in_run", "BIGINT", "Length of that run."),
        hidden("before_fold", "BOOLEAN", "Before what the network hides behind 'more'."),
        hidden("at_start", "BOOLEAN", "Nothing but decoration before it."),
    ),
)  # fmt: skip

MART_DISCLOSURE = Table(
    name="mart_disclosure", layer=Layer.MART, stage=Stage.KPIS, partition_by="day", grain=("network", "post_id", "brand_id", "jurisdiction"),
    config=("brands",),
    purpose="Mentions with a known connection to the brand, or that carry a label: does the post say so, in each jurisdiction. Not legal advice.",
    reads=(Read("judged_disclosures"), Read("disclosure_rules")),
    columns=(
        *pick("network!", "post_id!", "brand_id!"),
        own("jurisdiction", "VARCHAR", "Whose guidance is applied; several may bind one post.", allowed=JURISDICTIONS, required=True),
        *pick("day!"),
        own("connection_type", "VARCHAR", "The known connection, a relation of core_mentions; NULL = none is known.", allowed=tuple(r for r in RELATIONS if r != "organic")),
        own("connection_known", "BOOLEAN", "A connection is on record: by a list or ledger of the brand, or by the network's label.", required=True),
        own("verdict", "VARCHAR", "What the post's words and their place are worth; not_assessable without a known connection.", allowed=VERDICTS, required=True),
        own("rule_id", "VARCHAR", "The rule behind the verdict, as in meta_disclosure_rules.", required=True),
        own("label_found", "VARCHAR", "The label the verdict rests on, as written; NULL = none.", privacy=PERSONAL),
        own("label_in", "VARCHAR", "Where it was found.", allowed=("title", "text")),
        own("char_offset", "BIGINT", "Characters of that title or text before the label.", unit="characters", minimum=0),
        own("line_no", "BIGINT", "Line of that title or text, from 1.", minimum=1),
        own("hashtag_position", "BIGINT", "Place of the label in a run of hashtags, from 1; NULL = no hashtag.", minimum=1),
        own("hashtags_in_run", "BIGINT", "Hashtags in that run.", minimum=1),
        own("platform_label", "BOOLEAN", "The network labels the post as paid.", required=True),
        own("why", "VARCHAR", "The reason in words.", privacy=PERSONAL, required=True),
    ),
    references=(Reference(_POST, "core_posts", _POST), *OF_A_BRAND),
    rules=(
        Rule("knows_before_it_judges", "connection_known = (verdict = 'not_assessable')", "Without a known connection nothing is adequate or missing."),
        Rule("names_what_is_known", "connection_known = (connection_type IS NULL)", "A known connection has a type."),
        Rule("quotes_what_is_adequate", "verdict = 'adequate' AND label_found IS NULL", "Only words can be adequate."),
    ),
)  # fmt: skip

KPI_DISCLOSURE = Table(
    name="_kpi_disclosure", layer=Layer.MART, stage=Stage.KPIS, published=False,
    grain=("brand_id", "campaign_id", "network", "relation", "period", "period_start"), partition_by="period_start", config=("brands", "campaigns"),
    purpose="Posts with a known connection, and those adequately disclosed where the brand lives, per period (K13).",
    reads=(
        Read("mart_disclosure", Scope.AROUND), Read("_mention_facts", Scope.AROUND), Read("core_brands", Scope.ALL), Read("kpi_cuts"),
    ),
    columns=(
        *pick("brand_id!", "campaign_id!"),
        hidden("network", "VARCHAR", "'*' = all."), hidden("relation", "VARCHAR", "The connection; '*' = all."),
        hidden("period", "VARCHAR", "week or month."), hidden("period_start", "DATE", "First local day."),
        hidden("connected", "BIGINT", "Posts that have to tell of their connection."),
        hidden("adequate", "BIGINT", "Of those, with an adequate label; NULL where the brand has no jurisdiction."),
        hidden("share", "DOUBLE", "Their share."), hidden("share_low", "DOUBLE", "95 % interval."), hidden("share_high", "DOUBLE", "95 % interval."),
    ),
)  # fmt: skip
