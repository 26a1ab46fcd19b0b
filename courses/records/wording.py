"""The words of the training record."""

from academy.i18n import lazy as _l

STATES = {"enrolled": _l("已加入"), "studying": _l("学习中"), "completed": _l("已学完")}
DOTS = {"enrolled": "todo", "studying": "doing", "completed": ""}
