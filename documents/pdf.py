"""A paper as PDF: tagged (PDF/UA-1), with bookmarks, its fonts in it."""

from documents.apart import run_apart
from documents.paper import Paper, PaperSize


def pdf_of(paper: Paper, size: PaperSize) -> bytes:
    """The paper as a PDF file. The same paper gives the same bytes.

    Raises PaperError (`documents.apart`) where it takes more than the writer may have.
    """
    return run_apart("documents.pdf_writer", paper, size)
