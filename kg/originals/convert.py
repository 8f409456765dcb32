"""A process of its own for files that may take long: bytes in, the text as JSON out. It may be ended at any time."""

import io
import json
import sys
from typing import Any

from kg.originals import html_text

MOST_PAGES = 2_000
_MEMORY = 4_000_000_000
_LEAST_LETTERS = 20


def pdf(data: bytes) -> dict[str, Any]:
    """Return the text of each page of a PDF, or why there is none."""
    import pypdf  # an extra: only who has PDFs needs it
    from pypdf.errors import PyPdfError

    try:
        document = pypdf.PdfReader(io.BytesIO(data))
        if document.is_encrypted and not document.decrypt(""):
            return {"why": "it is locked with a password"}
        if len(document.pages) > MOST_PAGES:
            return {"why": f"it has more than {MOST_PAGES:,} pages"}
        pages = [page.extract_text() for page in document.pages]
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError, OSError) as error:
        return {"why": f"its text cannot be taken out ({type(error).__name__})"}
    if sum(len("".join(page.split())) for page in pages) < _LEAST_LETTERS:
        return {"why": "it is a scan without text"}
    return {"pages": pages}


def html_pieces(data: bytes) -> dict[str, Any]:
    """Return the text of a page of HTML with the offsets at which its pieces stand."""
    found = html_text.read(data.decode())
    return {"text": found.text, "starts": found.starts, "sources": found.sources}


def main() -> None:
    """Convert what comes in by the kind that the first argument names."""
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    except (ImportError, ValueError, OSError):
        sys.stderr.write("no limit of memory here\n")
    kinds = {"pdf": pdf, "html": html_pieces}
    found = kinds[sys.argv[1]](sys.stdin.buffer.read())
    sys.stdout.buffer.write(json.dumps(found).encode())


if __name__ == "__main__":
    main()
