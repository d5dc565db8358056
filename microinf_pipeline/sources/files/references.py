"""The names a configuration uses, resolved against one file.

Put here: which values a plan reads from the file, and what is said about names no row has. Keep out: their meaning.
"""

from __future__ import annotations

from microinf_pipeline.errors import FixConfigurationError
from microinf_pipeline.sources.files.detect import SourceFile
from microinf_pipeline.sources.files.expressions import Node, column, null_of
from microinf_pipeline.sources.files.layout import Access, Layout, access, missing_column, nearest, seen
from microinf_pipeline.sources.files.readers import value_name
from microinf_pipeline.sources.files.spec import FileSourceSpec

# Without these no row of the file can become anything, so that their absence is a mistake and no coincidence.
_INDISPENSABLE = ("post_id", "account_id", "created_at", "night")


class References:
    """Collects the values a plan reads; `accesses[n]` is delivered as the reader's n-th value."""

    def __init__(self, spec: FileSourceSpec, file: SourceFile, layout: Layout) -> None:
        self._spec, self._file, self._layout = spec, file, layout
        self._names: dict[str, int] = {}
        self.accesses: list[Access] = []
        self.notes: list[str] = []

    def has(self, name: str) -> bool:
        """Whether the file may have values under a name."""
        return access(self._layout, name) is not None

    def missing(self, name: str) -> FixConfigurationError:
        """The error for a name the file does not have."""
        return missing_column(self._spec, self._file, self._layout, name)

    def resolve(self, name: str, target: str = "") -> Node:
        """The value a name stands for, as text.

        Raises FixConfigurationError for a column a table does not have, or an indispensable key no sampled row has.
        """
        if not self._layout.names:  # an empty file: nothing to read, nothing wrong
            return null_of("VARCHAR")
        found = access(self._layout, name)
        if found is None:
            raise self.missing(name)
        if name not in self._names and not seen(self._layout, name):
            if target in _INDISPENSABLE:
                raise self.missing(name)
            self.notes.append(
                f"{self._file.name}: none of the first rows has {name!r}; {nearest(self._layout, name)}its values are NULL"
            )
        if found not in self.accesses:
            self.accesses.append(found)
        self._names[name] = self.accesses.index(found)
        return column(value_name(self._names[name]))

    @property
    def by_name(self) -> dict[str, Node]:
        """Every name used, with its value."""
        return {name: column(value_name(position)) for name, position in self._names.items()}

    @property
    def leading_fields(self) -> int:
        """How many leading fields of a table's row are needed."""
        if not self._layout.every_row:
            return 0
        return max((self._layout.names.index(found.root) + 1 for found in self.accesses), default=0)
