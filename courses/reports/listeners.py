"""How acts on reports read in the audit log."""

from academy.audit import labels
from academy.i18n import lazy as _l

labels.register({"report.exported": _l("导出了报表“%(subject)s”（%(format)s）")})
