"""Evidence: files kept in the database, as they came."""

import hashlib
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext_lazy as _

from cimplan.admin import LogAdmin
from mandates.models import EvidenceFile

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


def describe_upload(upload: UploadedFile) -> dict[str, Any]:
    """What the database keeps of an uploaded file: its name, type, size, SHA-256 and content.

    The type follows from the name and the bytes, never from what the browser says. Raises
    ValidationError for a file too large (5 MB), empty, of another kind, or not what its name says.
    """
    if upload.size > LARGEST_FILE:
        raise ValidationError(
            _("The file has %(size)s; at most %(most)s can be kept. Send a smaller scan."),
            params={"size": filesizeformat(upload.size), "most": filesizeformat(LARGEST_FILE)},
        )
    ending = upload.name[upload.name.rfind(".") :].lower()
    if ending not in KNOWN_FILES:
        raise ValidationError(_("Send a PDF, a JPEG or PNG picture, or a .docx or .xlsx document."))
    begins, content_type = KNOWN_FILES[ending]
    content = upload.read()
    if not content.startswith(begins):
        raise ValidationError(
            _("The file is not what its name says: it is no %(ending)s."), params={"ending": ending}
        )
    return {
        "name": upload.name,
        "content_type": content_type,
        "size": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
        "content": content,
    }


class EvidenceFileForm(forms.ModelForm):
    upload = forms.FileField(
        label=_("File"),
        max_length=200,
        help_text=_("A PDF, a picture (JPEG, PNG), or a .docx or .xlsx document; up to 5 MB."),
    )

    def clean_upload(self) -> UploadedFile:
        upload = self.cleaned_data["upload"]
        described = describe_upload(upload)
        known = EvidenceFile.objects.filter(sha256=described["sha256"]).first()
        if known:
            raise ValidationError(
                _("This very file is kept already, as “%(name)s”: choose that one."),
                params={"name": known.name},
            )
        for name, value in described.items():
            setattr(self.instance, name, value)
        return upload


@admin.register(EvidenceFile)
class EvidenceFileAdmin(LogAdmin):
    """Files that show what was done; kept as they came."""

    form = EvidenceFileForm
    addable = True
    list_display = ("name", "content_type", "size_shown")
    list_filter = ("content_type",)
    search_fields = ("name", "sha256")

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).defer("content")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("name", "content_type", "size_shown", "sha256") if obj else ("upload",)

    @admin.display(description=_("size"), ordering="size")
    def size_shown(self, file: EvidenceFile) -> str:
        return filesizeformat(file.size)
