"""Columns side by side as one array of records, for the compiled engine.

What an engine hands on is taken apart and put together at every call while it is compiled, array
by array, and that is most of what compiling takes. A record array is one array however many
columns it has; `table.column[row]` reads the same as of a tuple of arrays.
"""

from __future__ import annotations

from functools import cache
from typing import Any, TypeVar, cast

import numpy as np
from numpy.typing import NDArray

T = TypeVar("T")


def _record_type(columns: dict[str, NDArray[Any]]) -> np.dtype[Any]:
    """The type of a record with these columns."""
    return _type_of(tuple((name, column.dtype) for name, column in columns.items()))


@cache
def _type_of(fields: tuple[tuple[str, np.dtype[Any]], ...]) -> np.dtype[Any]:
    """The type of a record, made once: making it takes longer than filling a record or two."""
    return np.dtype((np.record, np.dtype(list(fields), align=True)))


def as_records(columns: T, **renamed: str) -> T:
    """The columns of a named tuple as the fields of one record array; numbers are left out.

    Parameters
    ----------
    columns : named tuple of arrays
        Of any lengths: shorter ones are filled up with 0.
    **renamed : str
        Names for columns whose own an array has for something else.

    Returns
    -------
    record array
        At least one record, so that the fields of what is not used can be named.
    """
    named: dict[str, Any] = columns._asdict()  # type: ignore[attr-defined]
    arrays = {
        renamed.get(name, name): column
        for name, column in named.items()
        if isinstance(column, np.ndarray)
    }
    return cast(T, side_by_side(**arrays))


def side_by_side(**arrays: NDArray[Any]) -> Any:
    """Columns of any lengths as the fields of one record array of at least one record; shorter
    ones are filled up with 0."""
    records = np.zeros(max(1, *map(len, arrays.values())), _record_type(arrays))
    for name, column in arrays.items():
        records[name][: len(column)] = column
    return records.view(np.recarray)


def records_of(rows: int, **columns: NDArray[Any] | np.generic | float) -> Any:
    """A record array with these columns, each from an array or one value for all rows.

    Parameters
    ----------
    rows : int
        Number of records; one where none is used, so that the fields can be named.
    **columns : array or numpy scalar
        What each field starts with.
    """
    started = {name: np.asarray(column) for name, column in columns.items()}
    records = np.zeros(max(1, rows), _record_type(started))
    if rows:
        for name, column in started.items():
            records[name] = column
    return records.view(np.recarray)
