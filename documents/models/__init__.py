from documents.models.issued import IssuedDocument, IssuedFile
from documents.models.reports import MandateNote, SessionReport

__all__ = ["IssuedDocument", "IssuedFile", "MandateNote", "SessionReport"]
