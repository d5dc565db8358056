"""Copies among posts: what texts are found again by, which pairs are alike, which posts are one cluster. In the lake only."""

from __future__ import annotations

from microinf_pipeline.catalog.columns import hidden, pick
from microinf_pipeline.catalog.model import Layer, Read, Stage, Table

_POST = ("network", "post_id")

POST_SIGNATURES = Table(
    name="_post_signatures", layer=Layer.CORE, stage=Stage.CLASSIFY, published=False, partition_by="posted_on", grain=_POST,
    purpose="What each post's words are found again by, so that no later night reads an older text for it.",
    reads=(Read("post_words"), Read("read_signatures"), Read("signatures_before")),
    columns=(
        *pick("network!", "post_id!", "posted_on!", "created_at!"),
        hidden("account_key", "VARCHAR", "account_id, else 'h:' and the handle."),
        hidden("words_md5", "VARCHAR", "Of title and text as written: the same words need no new signature."),
        hidden("copy_key", "VARCHAR", "md5 of the normal form: equal for equal texts; NULL where too little is said."),
        hidden("copy_letters", "INTEGER", "Characters of the normal form that are compared."),
        hidden("copy_words", "BIGINT[]", "Numbers of its longest words, 0 where it has fewer."),
        hidden("copy_sketch", "BIGINT[]", "Bits of its letter triples."),
    ),
)  # fmt: skip

COPY_EDGES = Table(
    name="_copy_edges", layer=Layer.CORE, stage=Stage.CLASSIFY, published=False, partition_by="posted_on",
    grain=(*_POST, "other_network", "other_post_id"), config=("copies",),
    purpose="Pairs of posts that are copies, kept with the later one.",
    reads=(Read("found_edges"), Read("edges_before"), Read("looked_anew")),
    columns=(
        *pick("network!", "post_id!", "posted_on!"),
        hidden("other_network", "VARCHAR", "Network of the earlier post."),
        hidden("other_post_id", "VARCHAR", "The earlier post."),
        hidden("other_on", "DATE", "Its UTC day."),
        hidden("similarity", "DOUBLE", "Common share of all letter triples; 1 for equal texts."),
        hidden("is_form", "BOOLEAN", "Alike in everything but names, numbers and link codes."),
    ),
)  # fmt: skip

POST_COPIES = Table(
    name="_post_copies", layer=Layer.CORE, stage=Stage.CLASSIFY, published=False, partition_by="posted_on", grain=_POST,
    purpose="Posts in a cluster of copies, and what each but the earliest repeats.",
    reads=(Read("found_copies"), Read("copies_before"), Read("clustered_anew")),
    columns=(
        *pick("network!", "post_id!", "posted_on!", "account_id", "cluster_id!"),
        hidden("duplicate_type", "VARCHAR", "cross_post, near_duplicate or template; NULL for the earliest."),
        hidden("survivor_network", "VARCHAR", "Network of the post it repeats."),
        hidden("survivor_post_id", "VARCHAR", "The post it repeats."),
        hidden("similarity", "DOUBLE", "How alike the two are, from 0 to 1."),
        hidden("formula", "VARCHAR", "The contest's or share button's formula it uses."),
        *pick("reason"),
    ),
)  # fmt: skip
