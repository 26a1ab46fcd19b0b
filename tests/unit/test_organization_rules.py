"""Which unit may lie below which, and who may change whom."""

from __future__ import annotations

import pytest

from academy.accounts.rules import masked, may_change
from academy.organizations.rules import is_below, may_lie_below


@pytest.mark.parametrize(
    ("level", "parent", "allowed"),
    [
        ("city", None, True),
        ("community", None, True),
        ("college", None, True),
        ("district", "city", True),
        ("subdistrict", "city", True),
        ("community", "subdistrict", True),
        ("college", "city", True),
        ("college", "community", True),
        ("city", "city", False),
        ("city", "district", False),
        ("subdistrict", "community", False),
        ("community", "community", False),
        ("community", "college", False),
        ("college", "college", False),
        ("village", None, False),
    ],
)
def test_the_order_of_levels(level, parent, allowed):
    assert may_lie_below(level, parent) is allowed


def test_below_goes_by_whole_numbers():
    assert is_below("/1/5/", "/1/5/")
    assert is_below("/1/5/9/", "/1/5/")
    assert not is_below("/1/51/", "/1/5/")


@pytest.mark.parametrize(
    ("paths", "is_admin", "roles", "unit", "allowed"),
    [
        (("/",), True, {"admin"}, None, True),
        (("/1/2/",), False, {"trainee"}, "/1/2/7/", True),
        (("/1/2/", "/1/3/"), False, {"trainee"}, "/1/3/", True),
        (("/1/2/",), False, {"trainee"}, "/1/21/", False),
        (("/1/2/",), False, {"trainee"}, None, False),
        (("/1/2/",), False, {"trainee", "instructor"}, "/1/2/", False),
        (("/1/2/",), False, {"unit_admin"}, "/1/2/", False),
        (("/1/2/",), False, {"admin"}, "/1/2/", False),
        ((), False, {"trainee"}, "/1/", False),
    ],
)
def test_who_may_change_whom(paths, is_admin, roles, unit, allowed):
    assert may_change(paths, is_admin, frozenset(roles), unit) is allowed


def test_phone_numbers_in_a_log_are_masked():
    assert (masked("13800138000"), masked(None)) == ("138****8000", "")
