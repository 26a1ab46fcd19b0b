"""The words of the training record."""

from academy.i18n import lazy as _l

STATES = {"enrolled": _l("已加入"), "studying": _l("学习中"), "completed": _l("已学完")}
DOTS = {"enrolled": "todo", "studying": "doing", "completed": ""}
CERTIFICATES = {"valid": _l("有效"), "expired": _l("已过期"), "revoked": _l("已撤销")}
CERTIFICATE_DOTS = {"valid": "", "expired": "todo", "revoked": "late"}
