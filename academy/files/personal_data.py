"""Which data of people this room keeps."""

from academy.files.models import StoredFile, Upload
from academy.i18n import lazy as _l
from academy.personal_data import export

export("files", _l("上传的文件"), StoredFile, lambda person_id: StoredFile.owner_id == person_id, by=("owner_id",))
export(
    "uploads",
    _l("没传完的文件"),
    Upload,
    lambda person_id: Upload.owner_id == person_id,
    by=("owner_id",),
    left_out={"token": "goes on with the upload"},
)
