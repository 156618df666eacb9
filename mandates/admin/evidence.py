"""Evidence: files kept in the database, as they came."""

import hashlib
import struct
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, ZipFile

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext_lazy as _

from cimplan.admin import LogAdmin
from mandates.models import EvidenceFile
from mandates.texts import clean_text

LARGEST_FILE = 5 * 1024 * 1024

#: What may be kept, by how its name ends: how its bytes begin, and its type.
KNOWN_FILES = {
    ".pdf": (b"%PDF-", "application/pdf"),
    ".png": (b"\x89PNG\r\n\x1a\n", "image/png"),
    ".jpg": (b"\xff\xd8\xff", "image/jpeg"),
    ".jpeg": (b"\xff\xd8\xff", "image/jpeg"),
    ".docx": (
        b"PK\x03\x04",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ),
    ".xlsx": (b"PK\x03\x04", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}
#: Any archive begins as these two do; what lies in it tells them from others.
FOLDER_IN_ARCHIVE = {".docx": "word/", ".xlsx": "xl/"}


def describe_upload(upload: UploadedFile) -> dict[str, Any]:
    """What the database keeps of an uploaded file: its name, type, size, SHA-256 and content.

    The type follows from the name and the bytes, never from what the browser says, and nothing
    is unpacked or run. Raises ValidationError for a file too large (5 MB), of another kind, or not
    what its name says.
    """
    if upload.size > LARGEST_FILE:
        raise ValidationError(
            _("The file has %(size)s; at most %(most)s can be kept. Send a smaller scan."),
            params={"size": filesizeformat(upload.size), "most": filesizeformat(LARGEST_FILE)},
        )
    name = plain_name(upload.name)
    ending = Path(name).suffix.lower()
    if ending not in KNOWN_FILES:
        raise ValidationError(_("Send a PDF, a JPEG or PNG picture, or a .docx or .xlsx document."))
    begins, content_type = KNOWN_FILES[ending]
    content = upload.read()
    if not content.startswith(begins) or not _holds_what_it_should(content, ending):
        raise ValidationError(
            _("The file is not what its name says: it is no %(ending)s."), params={"ending": ending}
        )
    return {
        "name": name,
        "content_type": content_type,
        "size": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
        "content": content,
    }


def plain_name(name: str) -> str:
    """A file's name on one line, without control characters or folders, and short enough to be
    kept: of a longer one the beginning and the ending remain."""
    name = " ".join(clean_text(name).replace("\\", "/").rpartition("/")[2].split())
    most = EvidenceFile._meta.get_field("name").max_length
    if len(name) <= most:
        return name
    path = Path(name)
    return f"{path.stem[: most - len(path.suffix) - 1]}…{path.suffix}"[:most]


def _holds_what_it_should(content: bytes, ending: str) -> bool:
    if ending not in FOLDER_IN_ARCHIVE:
        return True
    try:
        names = ZipFile(BytesIO(content)).namelist()  # the list at its end; nothing is unpacked
    except (BadZipFile, ValueError, NotImplementedError, OSError, struct.error):
        return False
    within = FOLDER_IN_ARCHIVE[ending]
    return "[Content_Types].xml" in names and any(name.startswith(within) for name in names)


@admin.register(EvidenceFile)
class EvidenceFileAdmin(LogAdmin):
    """Files that show what was done, kept as they came; each is sent with a report."""

    list_display = ("name", "content_type", "size_shown")
    list_filter = ("content_type",)
    search_fields = ("name", "sha256")
    fields = ("name", "content_type", "size_shown", "sha256")

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).defer("content")

    @admin.display(description=_("size"), ordering="size")
    def size_shown(self, file: EvidenceFile) -> str:
        return filesizeformat(file.size)
