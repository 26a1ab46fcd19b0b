"""How acts on the ledger read in the audit log."""

from academy.audit import labels
from academy.i18n import lazy as _l

labels.register(
    {
        "credits.reversed": _l("冲正了%(person)s的“%(subject)s”（%(hours)s 学时），原因：%(reason)s"),
        "credits.recognised": _l("为%(person)s认定了“%(subject)s”（%(hours)s 学时）"),
        "credits.backfilled": _l("从表格“%(subject)s”补录了 %(rows)s 笔，共 %(hours)s 学时"),
        "credits.rolled_back": _l("撤销了从表格“%(subject)s”补录的 %(rows)s 笔，原因：%(reason)s"),
        "credits.rules_chosen": _l("选用学时规则“%(subject)s”，从 %(starts_on)s 起"),
        "credits.exported": _l("导出了学时台账：%(subject)s"),
    }
)
