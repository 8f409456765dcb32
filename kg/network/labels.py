"""Labels of communities: they stay with them while pages are edited, and are the editor's where there is one."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

from kg.model.records import dataclass
from kg.rdf import names

ALIKE = 0.5
_TAGS = 2

EDITOR, EARLIER, TAGS, MEMBERS = "editor", "earlier", "tags", "members"


@dataclass(frozen=True, slots=True)
class Label:
    """The label of a community: of an earlier one with its members, or of the editor's file with its anchors."""

    slug: str
    name: str
    members: frozenset[str]
    origin: str = EARLIER


@dataclass(frozen=True, slots=True)
class Sources:
    """What labels are made from: the editor's, those of earlier communities, tags and names of topics, and links."""

    editor: Sequence[Label]
    earlier: Sequence[Label]
    tags: Mapping[str, Sequence[str]]
    topics: Mapping[str, str]
    degrees: Mapping[str, int]


def give(communities: Sequence[frozenset[str]], sources: Sources) -> list[Label]:
    """
    Return a label for each community.

    First the editor's labels that earlier communities had, by the likeness of their members; then the editor's by his
    anchors; then the other earlier ones; what is left is called by its two commonest tags, or by what is linked most.
    """
    by_editor = {label.slug: label for label in sources.editor}
    found: dict[int, Label] = {}
    carried = [label for label in sources.earlier if label.slug in by_editor]
    _take(found, _matches(communities, carried, _jaccard))
    _take(found, _matches(communities, [one for one in sources.editor if one.members], _containment))
    # A label that the editor gave and took back is nobody's any more.
    others = [label for label in sources.earlier if label.slug not in by_editor and label.origin != EDITOR]
    _take(found, _matches(communities, others, _jaccard))
    taken = {label.slug for label in [*found.values(), *sources.editor]}
    for number, group in enumerate(communities):
        if number not in found:
            found[number] = _own(group, sources, taken)
            taken.add(found[number].slug)
    return [_called(found[number], by_editor, group) for number, group in enumerate(communities)]


def _called(label: Label, by_editor: Mapping[str, Label], group: frozenset[str]) -> Label:
    theirs = by_editor.get(label.slug)
    if theirs:
        return Label(theirs.slug, theirs.name, group, EDITOR)
    return Label(label.slug, label.name, group, label.origin)


def _take(labels: dict[int, Label], matches: Iterable[tuple[float, int, Label]]) -> None:
    """Give each community and each label its best match, the best ones first."""
    gone = {label.slug for label in labels.values()}
    for _, number, label in sorted(matches, key=lambda match: (-match[0], match[1], match[2].slug)):
        if number not in labels and label.slug not in gone:
            labels[number] = label
            gone.add(label.slug)


def _matches(
    communities: Sequence[frozenset[str]],
    labels: Sequence[Label],
    likeness: Callable[[frozenset[str], frozenset[str]], float],
) -> Iterator[tuple[float, int, Label]]:
    for label in labels:
        for number, group in enumerate(communities):
            alike = likeness(group, label.members)
            if alike >= ALIKE:
                yield alike, number, label


def _jaccard(group: frozenset[str], members: frozenset[str]) -> float:
    return len(group & members) / max(1, len(group | members))


def _containment(group: frozenset[str], anchors: frozenset[str]) -> float:
    """Return how many of the anchors are in a community, as a share of them."""
    return len(group & anchors) / max(1, len(anchors))


def _own(group: frozenset[str], sources: Sources, slugs: Collection[str]) -> Label:
    """Return a label made of the commonest tags of the members, else of the names of those that are linked most."""
    counted = Counter(tag for topic in group for tag in set(sources.tags.get(topic, ())))
    tags = sorted(counted, key=lambda tag: (-counted[tag], tag))[:_TAGS]
    linked = sorted(group, key=lambda topic: (-sources.degrees.get(topic, 0), topic))[:_TAGS]
    words = tags or [sources.topics.get(topic, topic) for topic in linked]
    plain = "-".join(dict.fromkeys(filter(None, map(names.slugify, words)))) or "community"
    slug, copy = plain, 1
    while slug in slugs:
        copy += 1
        slug = f"{plain}-{copy}"
    return Label(slug, " · ".join(words), group, TAGS if tags else MEMBERS)
