"""The words of the ledger."""

from academy.i18n import lazy as _l
from courses.credits.rules.facts import CATEGORIES

KINDS = {
    "earned": _l("学习获得"),
    "backfilled": _l("补录"),
    "recognised": _l("认定"),
    "converted": _l("折算"),
    "carried_over": _l("结转"),
    "reversed": _l("冲正"),
}
SOURCES = {
    "course": _l("课程"),
    "quiz": _l("测验"),
    "class": _l("培训班"),
    "backfill": _l("补录"),
    "recognition": _l("认定"),
    "year": _l("结转"),
}
FACTS = {
    "minutes": _l("内容时长（分钟）"),
    "videos": _l("各段音视频（分钟）"),
    "share": _l("完成比例（百分数）"),
    "stated": _l("写明的学时"),
    "passed": _l("通过的测验"),
    "days": _l("整天"),
    "half_days": _l("半天"),
    "hours": _l("小时"),
}
__all__ = ["CATEGORIES", "FACTS", "KINDS", "SOURCES"]
