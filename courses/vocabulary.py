"""Words that several rooms share."""

from academy.i18n import lazy as _l

SUBJECTS = {
    "governance": _l("社区治理"),
    "safety": _l("平安应急"),
    "renewal": _l("更新改造"),
    "care": _l("为老服务"),
    "volunteering": _l("志愿网格"),
    "methods": _l("工作方法"),
}
OBLIGATIONS = {"required": _l("必修"), "elective": _l("选修")}
HUES = {
    "pine": _l("松青"),
    "indigo": _l("靛蓝"),
    "ochre": _l("赭黄"),
    "cinnabar": _l("朱红"),
    "plum": _l("梅紫"),
    "slate": _l("青灰"),
}
