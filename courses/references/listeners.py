"""What references add to other rooms: sections of the question editor, textbooks as a kind of link, sentences of the audit log."""

from academy.audit import labels
from academy.i18n import lazy as _l
from courses.questions import extending
from courses.questions.filters import register_state
from courses.references import kinds
from courses.references.sections import Explained, Regulated
from courses.references.services.regulations import must_be_checked
from courses.references.textbook_links import TextbookLink

labels.register(
    {
        "regulation.added": _l("把法规“%(subject)s”加进清单"),
        "regulation.edited": _l("修改了法规“%(subject)s”的资料"),
        "regulation.changed": _l("登记了法规“%(subject)s”的修订：%(what)s"),
        "question.checked": _l("对照《%(regulation)s》核对了题目“%(subject)s”"),
    }
)
register_state("to_check", _l("要核对"), must_be_checked, order=20)
kinds.register(TextbookLink())
extending.add_section(Explained())
extending.add_section(Regulated())
