"""Posts of employees who opted in, with what they are about: what employee advocacy (K14) is counted from.

Put here: which posts are read, and the head counts given. Keep out: the words of a topic (`people.advocacy_topics`),
counting and hiding (models/marts/mart_employee_advocacy.sql).
"""

from __future__ import annotations

import polars as pl

from microinf_pipeline.catalog.tables import TABLES
from microinf_pipeline.features.rows import said
from microinf_pipeline.night.lists.inputs import given_headcount
from microinf_pipeline.night.model_runs import sql_of
from microinf_pipeline.night.run import NightRun
from microinf_pipeline.people.advocacy_topics import advocacy_topics

_MONTHS = "SELECT DISTINCT strftime(created_at, '%Y-%m') AS month FROM _mention_facts WHERE relation = 'employee'"
_KEYS = ("brand_id", "unit", "month", "person_id", "network", "post_id", "post_type")


def read_employee_posts(run: NightRun) -> None:
    """The session relations `headcount_given` (brand_id, unit, month, head_count) and `employee_posts`: one row a post of an
    employee who had opted in on its day, with unit, month and is_recruiting, is_product, is_culture."""
    engine, candidate = run.engine, run.candidate
    engine.register_frame("headcount_given", given_headcount(run.settings))
    for name in ("_mention_facts", "_employees"):
        candidate.register(engine, TABLES[name])
    candidate.register(engine, TABLES["core_posts"], engine.query(_MONTHS)["month"].to_list())
    posts = engine.query(sql_of("texts_of_employees"))
    products = {b.id: [w for p in b.products for w in (p.name, *p.keywords)] for b in run.settings.brands}
    read = [_read(mine, products.get(str(brand), [])) for (brand,), mine in posts.group_by("brand_id", maintain_order=True)]
    engine.register_frame("employee_posts", pl.concat(read) if read else _read(posts, []))


def _read(posts: pl.DataFrame, products: list[str]) -> pl.DataFrame:
    return pl.concat([posts.select(_KEYS), advocacy_topics(said(posts), products)], how="horizontal")
