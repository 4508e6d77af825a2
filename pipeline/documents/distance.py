"""Edit distance between short texts."""

from __future__ import annotations


def edit_distance(first: str, second: str, limit: int | None = None) -> int:
    """Letters to insert, delete or change (Levenshtein 1966); ``limit + 1`` if it is more."""
    if limit is not None and abs(len(first) - len(second)) > limit:
        return limit + 1
    row = list(range(len(second) + 1))
    for index, letter in enumerate(first, start=1):
        above, row = row, [index]
        for column, other in enumerate(second, start=1):
            change = above[column - 1] + (letter != other)
            row.append(min(change, above[column] + 1, row[column - 1] + 1))
        if limit is not None and min(row) > limit:
            return limit + 1
    return row[-1] if limit is None else min(row[-1], limit + 1)
