"""A paper as a Word document, which a secretary goes on editing."""

from documents.apart import run_apart
from documents.paper import Paper, PaperSize


def docx_of(paper: Paper, size: PaperSize) -> bytes:
    """The paper as a DOCX file. The same paper gives the same bytes.

    Raises PaperError (`documents.apart`) where it takes more than the writer may have.
    """
    return run_apart("documents.docx_writer", paper, size)
