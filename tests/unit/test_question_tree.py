"""The tree of shelves: whatever is asked of it, it stays a tree of three levels; paths read back as they were written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.formats.questions import read_category, write_category
from courses.questions.rules.tree import (
    MOST_LEVELS,
    NAME_LIMIT,
    PATH_LIMIT,
    Stored,
    Tree,
    TreeError,
    clean_name,
    fitted,
    folded,
    join_path,
    path_problem,
    split_path,
)


def grown(*paths: str) -> Tree:
    """Return a tree that has these paths; a shelf has the number of its first mention, from 1."""
    stored: list[Stored] = []
    for path in paths:
        tree = Tree(stored)
        found, missing = None, split_path(path)
        while missing and (below := tree.named(missing[0], found)):
            found = below.id
            missing.pop(0)
        for name in missing:
            stored.append(Stored(len(stored) + 1, name, found, len(stored)))
            found = len(stored)
    return Tree(stored)


GROWN = ("治理 / 议事 / 主持", "治理 / 调解", "应急 / 电梯", "为老")
names = st.text(alphabet=st.sampled_from("治理议事ab/／ ·∕A　"), max_size=6)
ids = st.integers(0, 8)


def as_rows(tree: Tree) -> list[Stored]:
    return [Stored(shelf.id, shelf.name, shelf.parent_id, place) for place, shelf in enumerate(tree)]


def is_a_tree(rows: list[Stored]) -> bool:
    tree = Tree(rows)
    beside = {(row.parent_id, folded(row.name)) for row in rows}
    return len(tree) == len(rows) == len(beside) and max((shelf.level for shelf in tree), default=0) <= MOST_LEVELS


@given(st.lists(st.tuples(st.sampled_from(["add", "move", "merge", "rename"]), ids, ids, names), max_size=25))
def test_whatever_is_done_it_stays_a_tree(acts):
    rows = as_rows(grown(*GROWN))
    for act, one, other, name in acts:
        tree, parent = Tree(rows), other or None
        try:
            if act == "add":
                tree.check_add(clean_name(name), parent)
                new = max((row.id for row in rows), default=0) + 1
                rows = [*rows, Stored(new, clean_name(name), parent, new)]
            elif one not in tree:
                continue
            elif act == "move":
                tree.check_move(one, parent)
                rows = [Stored(r.id, r.name, parent if r.id == one else r.parent_id, r.position) for r in rows]
            elif act == "rename":
                tree.check_name(clean_name(name), tree.get(one).parent_id, but=one)
                rows = [Stored(r.id, clean_name(name) if r.id == one else r.name, r.parent_id, 0) for r in rows]
            else:
                for step in tree.check_merge(one, other):
                    if step.merged:
                        rows = [row for row in rows if row.id != step.id]
                    else:
                        rows = [
                            Stored(r.id, r.name, step.into if r.id == step.id else r.parent_id, r.position)
                            for r in rows
                        ]
        except TreeError as error:
            assert str(error.message)
        assert is_a_tree(rows), act


@given(st.lists(names.map(clean_name).filter(bool), min_size=1, max_size=5))
def test_a_path_reads_back_as_it_was_written(parts):
    assert split_path(join_path(parts)) == parts
    short = fitted(parts)
    assert len(short) <= MOST_LEVELS
    assert path_problem(join_path(short)) is None
    assert len(join_path(short)) <= PATH_LIMIT
    assert fitted(short) == short


@given(st.lists(st.text(max_size=200), max_size=5))
def test_any_text_becomes_a_path_that_fits(texts):
    path = join_path(fitted(split_path("/".join(texts))))
    assert path_problem(path) is None
    assert join_path(split_path(path)) == path


@given(st.lists(names.map(clean_name).filter(lambda name: name and name != "top"), min_size=1, max_size=3))
def test_moodle_paths_come_back(parts):
    path = join_path(parts)
    assert read_category("$course$/top/" + write_category(path)) == path


def test_both_slashes_part_a_path_and_a_name_keeps_its_own():
    assert split_path("治理／议事 /主持//") == ["治理", "议事", "主持"]
    assert clean_name(" 党/政 ") == "党∕政"
    assert read_category("$course$/top/工作/党//政") == "工作 / 党∕政"


def test_what_is_too_deep_goes_into_the_last_name():
    assert fitted(["甲", "乙", "丙", "丁"]) == ["甲", "乙", "丙 · 丁"]
    assert fitted(["长" * 100]) == ["长" * NAME_LIMIT]
    assert "3 层" in str(path_problem("甲/乙/丙/丁"))


def test_the_tree_knows_what_lies_where():
    tree = grown(*GROWN)
    assert [shelf.path for shelf in tree] == [
        "治理", "治理 / 议事", "治理 / 议事 / 主持", "治理 / 调解", "应急", "应急 / 电梯", "为老",
    ]  # fmt: skip
    assert tree.within([1]) == {1, 2, 3, 4}
    assert tree.within([1, 3, 99]) == {1, 2, 3, 4}
    assert [shelf.name for shelf in tree.above(3)] == ["治理", "议事"]
    assert (tree.levels(1), tree.levels(7)) == (3, 1)
    assert tree.path(None) == "" == tree.path(99)
    assert tree.get(3).indented == "　　主持"


def test_subject_and_practice_come_from_above():
    tree = Tree([Stored(1, "治理", None, 0, "governance", True), Stored(2, "议事", 1), Stored(3, "别的", None, 1)])
    assert (tree.get(2).subject, tree.get(2).open, tree.get(2).opened) == ("governance", True, False)
    assert not tree.get(3).open


def test_a_path_is_followed_as_far_as_it_is_there():
    tree = grown(*GROWN)
    assert tree.nearest(["治理", "议事", "记录"]) == (tree.get(2), ["记录"])
    assert tree.nearest(["新的"]) == (None, ["新的"])
    assert tree.nearest(["电梯"]) == (tree.get(6), [])
    twice = grown("治理 / 总则", "应急 / 总则")
    assert twice.nearest(["总则"]) == (None, ["总则"])


@pytest.mark.parametrize(
    ("act", "said"),
    [
        (lambda tree: tree.check_add("治理", None), "已经有分类“治理”"),
        (lambda tree: tree.check_add("　治 理", None), "已经有分类“治理”"),
        (lambda tree: tree.check_add("新", 3), "最多 3 层"),
        (lambda tree: tree.check_add("", None), "写上分类的名称"),
        (lambda tree: tree.check_add("长" * 81, None), "不能超过 80 个字"),
        (lambda tree: tree.check_add("新", 99), "已经不在了"),
        (lambda tree: tree.check_move(1, 3), "它自己或者它下面"),
        (lambda tree: tree.check_move(1, 1), "它自己或者它下面"),
        (lambda tree: tree.check_move(2, 6), "超过了"),
        (lambda tree: tree.check_merge(1, 2), "下面的分类"),
        (lambda tree: tree.check_merge(1, 6), "超过了"),
        (lambda tree: tree.check_merge(1, 1), "选一个别的分类"),
    ],
)
def test_what_would_break_the_tree_is_refused_with_a_reason(act, said):
    with pytest.raises(TreeError, match=said):
        act(grown(*GROWN))


def test_merging_joins_what_has_the_same_name():
    tree = grown("治理 / 议事", "治理 / 调解", "工作 / 议事")
    steps = [(step.id, step.into, step.merged) for step in tree.check_merge(1, 4)]
    assert steps == [(2, 5, True), (3, 4, False), (1, 4, True)]
