"""Models, catalogue and dialect agree."""

from __future__ import annotations

from microinf_pipeline.catalog.tables import ORDER, TABLES
from microinf_pipeline.catalog.tables.session import SESSION_RELATIONS
from microinf_pipeline.models.dialect import findings
from microinf_pipeline.models.files import model_files, parsed, relations_of
from microinf_pipeline.models.promises import UNDECLARED


def test_every_model_keeps_to_the_dialect_and_the_catalogue() -> None:
    assert [str(f) for f in findings(model_files())] == []


def test_a_table_has_a_model_exactly_when_it_reads_something() -> None:
    with_model = {m.name for m in model_files()}
    computed = {table.name for table in ORDER if table.reads}
    assert (sorted(computed - with_model), sorted(with_model & TABLES.keys() - computed)) == ([], [])


def test_models_stand_in_the_folder_of_their_layer() -> None:
    wrong = [m.where for m in model_files() if m.name in TABLES and not m.folder.startswith(TABLES[m.name].layer.value)]
    assert wrong == []


def test_every_view_is_read() -> None:
    models = model_files()
    statements = [statement for model in models for statement in parsed(model.sql) if statement]
    read = {name for statement in statements for name in relations_of(statement)}
    assert sorted({m.name for m in models if m.name not in TABLES and m.folder not in UNDECLARED} - read) == []


def test_no_session_relation_is_called_like_a_table() -> None:
    assert set(SESSION_RELATIONS) & TABLES.keys() == set()
