"""Which data of people this room keeps."""

from academy.i18n import lazy as _l
from academy.personal_data import decline, export
from courses.certificates.models import Certificate

export(
    "certificates",
    _l("证书"),
    Certificate,
    lambda person_id: Certificate.person_id == person_id,
    by=("person_id",),
    left_out={"created_by_id": "somebody else", "revoked_by_id": "somebody else"},
)
decline("certificate.created_by_id", "the certificate is the trainee's; the column says who issued it")
decline("certificate.revoked_by_id", "the certificate is the trainee's; the column says who revoked it")
decline("certificate_template_version.created_by_id", "the template is the college's; the column says who wrote it")
decline("certificate_batch.created_by_id", "an act for the college; the column says whose")
