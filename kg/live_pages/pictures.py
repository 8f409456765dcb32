"""Pictures of the wiki that pages show: files below its root, and nothing else."""

from pathlib import PurePosixPath

from kg.live_pages.asked import Asked, Made, NotHere
from kg.live_pages.live_wiki import LiveWiki
from kg.static_site import site_map

_TYPES = {
    ".avif": "image/avif", ".gif": "image/gif", ".jpeg": "image/jpeg", ".jpg": "image/jpeg", ".png": "image/png",
    ".webp": "image/webp",
}  # fmt: skip


def picture(live: LiveWiki, request: Asked) -> Made:
    """Return a picture by its path below the wiki's root; NotHere for what is none, or lies elsewhere."""
    request.known()
    root, suffix = live.reading.root.resolve(), PurePosixPath(request.rest).suffix.lower()
    file = site_map.inside(root, root / request.rest) if suffix in _TYPES else None
    if file is None:
        raise NotHere(f"no picture of this wiki is called '{request.rest[:100]}'")
    return Made(file.read_bytes(), _TYPES[suffix])
