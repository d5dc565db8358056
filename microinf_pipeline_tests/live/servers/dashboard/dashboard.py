"""A dashboard that asks the published file the way Superset does: its dialect, a connection a query, read-only.

Runs in an environment of its own. A line of standard input is a question, a line of JSON the answer:
`tables` (name → columns with types), anything else SQL (its rows, or {"error": …}).
"""

import json
import sys

from sqlalchemy import create_engine, inspect
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool

engine = create_engine(f"duckdb:///{sys.argv[1]}", connect_args={"read_only": True}, poolclass=NullPool)


def answer(question: str) -> object:
    """Rows, or the schema as the tool's data set dialogue shows it."""
    if question == "tables":
        seen = inspect(engine)
        return {name: {c["name"]: str(c["type"]) for c in seen.get_columns(name)} for name in seen.get_table_names()}
    try:
        with engine.connect() as connection:
            return [list(row) for row in connection.exec_driver_sql(question).fetchall()]
    except SQLAlchemyError as error:
        return {"error": str(error).splitlines()[0]}


for line in sys.stdin:
    sys.stdout.write(json.dumps(answer(line.strip()), default=str) + "\n")
    sys.stdout.flush()
