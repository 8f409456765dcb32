"""Makes a wiki of any size from the example: each copy links within itself and to the copy before."""

import re
import sys
from pathlib import Path

EXAMPLE = Path(__file__).resolve().parents[1] / "examples/open-source-ai"
_LINK = re.compile(r"\[\[([^\]|#]+)")
_SOURCES = re.compile(r"^sources: \[(.*)\]$", re.MULTILINE)


def make(root: Path, pages: int) -> int:
    """Write at least `pages` pages below a folder and return how many."""
    originals = [path for path in sorted(EXAMPLE.rglob("*.md")) if path.parent != EXAMPLE]
    stems = {path.stem for path in originals}
    written = copy = 0
    while written < pages:
        for path in originals:
            target = root / path.parent.name / f"{path.stem}-{copy}.md"
            target.parent.mkdir(parents=True, exist_ok=True)
            text = path.read_text(encoding="utf-8")
            text = _LINK.sub(lambda m, n=copy: f"[[{m[1]}-{n}" if m[1] in stems else m[0], text)
            text = _SOURCES.sub(
                lambda m, n=copy: f"sources: [{', '.join(f'{s}-{n}' for s in m[1].split(', ') if s)}]", text
            )
            target.write_text(text.replace(".org/", f".org/{copy}/", 1), encoding="utf-8")
            written += 1
        copy += 1
    return written


if __name__ == "__main__":
    print(make(Path(sys.argv[1]), int(sys.argv[2])), "pages")
