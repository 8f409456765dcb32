"""Choose: the dialect that a wiki is read in: what is named, else what its store kept, else what fits."""

from collections.abc import Callable, Mapping

from kg.files.walk import Corpus
from kg.model.records import dataclass
from kg.operations import recognize_dialect, recognize_links
from kg.operations.recognize_links import Links
from kg.settings import dialect, kg_toml
from kg.settings.dialect import Dialect
from kg.settings.kg_toml import Config
from kg.settings.link_style import PLAIN


@dataclass(frozen=True, slots=True)
class Chosen:
    """A dialect, and in words what was recognised and what could not be."""

    dialect: Dialect
    said: tuple[str, ...] = ()


def choose(config: Config, store: str, corpus: Callable[[], Corpus]) -> Chosen:
    """
    Return the dialect to read a wiki in.

    `store` is the source of the one that its store was made with, empty for none. The files are looked at only where
    something is neither named nor stored; what is chosen then is kept by the store, so that one edit never changes how
    the rest is read.
    """
    name, links, spaces = dialect.unspelled(store)
    own = config.dialect if config.dialect != kg_toml.AUTO else name
    kept = bool(store) and own == name
    files = None if kept else corpus()
    said: list[str] = []
    if not own and files:
        found = recognize_dialect.recognize(files)
        own = found.dialect
        said.append(f"dialect   {own}: {', '.join(found.evidence)} (`kg init` writes it down)")
    seen = Links() if files is None else _links(config, files, own)
    said += _said(seen)
    family = (links if kept else seen.family) if config.links == kg_toml.AUTO else config.links
    declared: Mapping[str, str] = spaces if kept else seen.namespaces
    if config.namespaces is not None:
        declared = config.namespaces
    return Chosen(dialect.load(dialect.spelled(own, family, declared)), tuple(said))


def _links(config: Config, corpus: Corpus, own: str) -> Links:
    """Return what is recognised of links, without what is named or declared."""
    spoken = dialect.load(own)
    named = config.links != kg_toml.AUTO or spoken.links != PLAIN
    spaced = config.namespaces is not None or bool(spoken.namespaces)
    if named and spaced:
        return Links()
    seen = recognize_links.recognize(corpus)
    return Links(
        family="" if named else seen.family,
        evidence="" if named else seen.evidence,
        namespaces={} if spaced else seen.namespaces,
        spaces={} if spaced else seen.spaces,
        doubts=() if named else seen.doubts,
    )


def _said(links: Links) -> list[str]:
    family = f"links     {links.family}: {links.evidence} (`links` in kg.toml names another family)"
    said = [family] if links.family else []
    said += [f"namespace {prefix}: {links.spaces[prefix]}" for prefix in links.namespaces]
    return [*said, *(f"note: {doubt}" for doubt in links.doubts)]


def known(config: Config, store: str) -> Dialect:
    """Return the dialect that is named, else the store's, else the newsroom's, whose form says the most."""
    name, links, spaces = dialect.unspelled(store)
    own = (config.dialect if config.dialect != kg_toml.AUTO else name) or "newsroom"
    kept = own == name
    family = (links if kept else "") if config.links == kg_toml.AUTO else config.links
    declared = (spaces if kept else {}) if config.namespaces is None else config.namespaces
    return dialect.load(dialect.spelled(own, family, declared))
