"""The order of levels, and which name a unit may have."""

# The college stands beside the tree: it may hang below any place, and nothing hangs below it.
_RANKS = {"city": 1, "district": 2, "subdistrict": 3, "community": 4}


def may_lie_below(level: str, parent_level: str | None) -> bool:
    """Return whether a unit of `level` may lie directly below one of `parent_level` (None: at the top).

    Levels may be skipped (a subdistrict directly below a city), but never turned round.
    """
    if parent_level == "college":
        return False
    if parent_level is None or level == "college":
        return level == "college" or level in _RANKS
    return _RANKS[level] > _RANKS[parent_level]


def is_below(path: str, other: str) -> bool:
    """Return whether the unit with `path` is the one with `other`, or lies somewhere below it."""
    return path.startswith(other)
