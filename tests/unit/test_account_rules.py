"""Names, phone numbers, passwords, lock-out and addresses, without a database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from academy.accounts.rules import (
    Failures,
    after_failure,
    normal_login,
    password_problem,
    phone_problem,
    safe_path,
    username_problem,
)

START = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("Wang.Fang", "wang.fang"),
        ("  wang fang\u3000", "wangfang"),
        ("ＷＡＮＧ１２", "wang12"),
        ("138-0013-8000", "13800138000"),
        ("１３８　００１３　８０００", "13800138000"),
        ("+86 138 0013 8000", "13800138000"),
        ("0086-13800138000", "13800138000"),
        ("\u200b13800138000\u202c", "13800138000"),
        ("王芳", "王芳"),
        ("86123", "86123"),
    ],
)
def test_what_is_typed_comes_into_normal_form(typed, stored):
    assert normal_login(typed) == stored


@given(st.text(max_size=60))
def test_normal_form_stays_as_it_is(text):
    once = normal_login(text)
    assert normal_login(once) == once


@pytest.mark.parametrize(
    ("phone", "words"),
    [
        ("1380013800", "应为 11 位数字，现在是 10 位"),
        ("138001380001", "现在是 12 位"),
        ("23800138000", "以 1 开头"),
        ("1380013800x", "只能有数字"),
        ("١٣٨٠٠١٣٨٠٠٠", "以 1 开头"),
    ],
)
def test_wrong_phone_numbers_are_told_what_is_wrong(phone, words):
    assert words in phone_problem(phone)


def test_right_phone_number():
    assert phone_problem("13800138000") is None


@pytest.mark.parametrize("username", ["wang.fang", "王芳", "20230015", "li_na@east", "ab"])
def test_usernames_that_will_do(username):
    assert username_problem(username) is None


@pytest.mark.parametrize(
    ("username", "words"),
    [("a", "2 到 40"), ("x" * 41, "现在是 41"), ("wang/fang", "只能用"), ("13800138000", "不能是手机号")],
)
def test_usernames_that_will_not_do(username, words):
    assert words in username_problem(username)


@pytest.mark.parametrize(
    ("password", "words"),
    [
        ("abc1234", "至少要有 8 个字符，现在是 7 个"),
        ("12345678", "太常见"),
        ("PASSWORD1", "太常见"),
        ("１２３４５６７８", "太常见"),
        ("aaaaaaaaaa", "太常见"),
        ("Wang-Fang", "不能和登录名"),
        ("13800138000", "不能和登录名或手机号"),
        ("x" * 70 + "yz" * 30, "最多 128"),
    ],
)
def test_passwords_that_are_refused(password, words):
    assert words in password_problem(password, ("wangfang", "13800138000"))


@pytest.mark.parametrize("password", ["gongyi-2026", "我家在长山花园旁", "study2026"])
def test_passwords_that_will_do(password):
    assert password_problem(password, ("wangfang", None)) is None


def test_five_failures_in_fifteen_minutes_lock_for_fifteen():
    failures = None
    for minute in range(5):
        failures = after_failure(failures, START + timedelta(minutes=minute))
        assert failures.tries_left == 4 - minute
    assert failures.locked_until == START + timedelta(minutes=4 + 15)
    assert failures.is_locked(START + timedelta(minutes=18, seconds=59))
    assert not failures.is_locked(START + timedelta(minutes=19))


def test_old_failures_no_longer_count():
    before = Failures(4, START)
    assert after_failure(before, START + timedelta(minutes=15)).count == 5
    assert after_failure(before, START + timedelta(minutes=15, seconds=1)) == Failures(
        1, START + timedelta(minutes=15, seconds=1)
    )


def test_counting_begins_anew_after_a_lock():
    locked = Failures(5, START, START + timedelta(minutes=15))
    assert after_failure(locked, START + timedelta(minutes=16)).count == 1


@pytest.mark.parametrize("address", ["/", "/courses?q=调解&page=2", "/learn/x/3#part", "/a//b"])
def test_paths_of_this_site(address):
    assert safe_path(address) == address


@pytest.mark.parametrize(
    "address",
    [
        None,
        "",
        "courses",
        "//evil.example",
        "/\\evil.example",
        "https://evil.example/",
        "javascript:alert(1)",
        "/\t/evil.example",
        "/ok\r\nSet-Cookie: a=b",
        "/" + "x" * 3000,
        " /x",
    ],
)
def test_addresses_that_lead_elsewhere(address):
    assert safe_path(address) is None
