"""What the figures say, in plain words."""

from academy.i18n import LazyString
from academy.i18n import lazy as _l
from courses.analysis.rules import band, reliability_band

FLAGS: dict[str, tuple[LazyString, LazyString]] = {
    "reversed": (
        _l("好坏颠倒"),
        _l("成绩好的人反而更多答错。先核对答案有没有写反，再看题干是不是有两种理解"),
    ),
    "key": (_l("答案存疑"), _l("成绩好的人更多选了另一个选项。先核对标准答案")),
    "hard": (_l("太难"), _l("五个人里对的不到一个。看看教材里讲没讲到，题干是不是绕")),
    "easy": (_l("太容易"), _l("几乎人人都对。当作必须掌握的要点可以留着，用来分高低就没有作用")),
    "weak": (_l("分不出高低"), _l("会的人和不会的人答得差不多。看看题干是不是含糊，或者靠猜就能对")),
    "distractor": (_l("有选项没人选"), _l("有的错误选项选的人不到百分之五，起不到作用，可以换一个更像的")),
}
"""Short name and advice for each flag of `rules.flags_of`."""

BANDS = {"strong": _l("很好"), "good": _l("较好"), "fair": _l("一般"), "weak": _l("弱")}
RELIABILITY = {
    "high": _l("这份卷子分得清人：换一套同样的题再考，名次大体不变。"),
    "fair": _l("这份卷子大致分得清人，用来练习够了；用它决定谁过谁不过，最好再加几道题。"),
    "low": _l("这份卷子的分数偶然性大：题太少，或者各题考的不是一回事。别只凭它下结论。"),
}


def band_name(discrimination: float | None) -> LazyString | str:
    """Name the band of a discrimination index."""
    return BANDS.get(band(discrimination), "—")


def reliability_sentence(alpha: float | None) -> LazyString | str:
    """Say how far the reliability carries; empty without one."""
    return RELIABILITY.get(reliability_band(alpha), "")
