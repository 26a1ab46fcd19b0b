"""What weights of answers mean in the systems that have them (Moodle, GIFT), told in our terms."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from academy.i18n import LazyString
from academy.i18n import lazy as _l


@dataclass
class Verdict:
    """Which options are right, by which rule it is scored, what is lost, or why it cannot be used."""

    right: list[int] = field(default_factory=list)
    scoring: str = "all_or_nothing"
    notes: list[LazyString] = field(default_factory=list)
    problem: LazyString | None = None


def single(shares: Sequence[Fraction]) -> Verdict:
    """Judge a question of which one option may be chosen."""
    best = [index for index, share in enumerate(shares) if share == 1]
    if not best:
        highest = max(shares, default=Fraction(0))
        return Verdict(
            problem=_l("权重对不上：单选题要有一个选项得 100%%，这里最高是 %(share)s%%", share=_percent(highest))
        )
    found = Verdict(best[:1])
    if len(best) > 1:
        return Verdict(problem=_l("单选题有 %(count)s 个选项都得满分，这里的单选题只能有一个正确答案", count=len(best)))
    if any(share not in (0, 1) for share in shares):
        found.notes.append(_l("部分得分和倒扣的选项按错误处理"))
    return found


def multiple(shares: Sequence[Fraction]) -> Verdict:
    """Judge a question of which several options may be chosen."""
    right = [index for index, share in enumerate(shares) if share > 0]
    total = sum((shares[index] for index in right), Fraction(0))
    if not right:
        return Verdict(problem=_l("没有一个选项是正确答案"))
    if abs(total - 1) > Fraction(1, 200):
        return Verdict(problem=_l("权重对不上：正确选项加起来应是 100%%，这里是 %(share)s%%", share=_percent(total)))
    found = Verdict(right, "per_option")
    each = Fraction(1, len(right))
    if any(abs(shares[index] - each) > Fraction(1, 200) for index in right):
        found.notes.append(_l("正确选项的权重不一样，这里每个一样重"))
    wrong = [share for share in shares if share <= 0]
    if any(abs(share + each) > Fraction(1, 200) for share in wrong):
        found.notes.append(_l("选错的扣分和原来不同：这里选错一项抵掉一项正确的"))
    return found


def _percent(share: Fraction) -> str:
    return f"{float(share * 100):.5g}"


def answer(shares: Sequence[Fraction]) -> tuple[list[int], list[LazyString]]:
    """Return which typed answers count in full, and what is lost of the others."""
    full = [index for index, share in enumerate(shares) if share == 1]
    partly = [share for share in shares if 0 < share < 1]
    return full, [_l("只得部分分数的答案没有带来，共 %(count)s 个", count=len(partly))] if partly else []
