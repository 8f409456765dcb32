"""The rules of ontology/owl2rl.rules as records: premises, what follows, and the words for what must not be."""

import re
from collections.abc import Iterator
from functools import cache

from kg.model import declared
from kg.model.finding import KgError
from kg.model.records import dataclass
from kg.rdf import names

FILE = "ontology/owl2rl.rules"
TYPE = f"<{names.expand('rdf:type')}>"
SAME = f"<{names.expand('owl:sameAs')}>"
DIFFERENT = f"<{names.expand('owl:differentFrom')}>"
NOTHING = f"<{names.expand('owl:Nothing')}>"
FIRST, REST, NIL = (f"<{names.expand(f'rdf:{word}')}>" for word in ("first", "rest", "nil"))
_COUNT = names.expand("xsd:nonNegativeInteger")
_IN = re.compile(r"(\?\w+)(?: (\?\w+))? in (\?\w+)")
_EVERY = re.compile(r"every (\?\w+) in (\?\w+): (.+)")
_CHAIN = re.compile(r"chain (\?\w+): (\?\w+) (\?\w+)")
_RULE = re.compile(r"([\w-]+): +(.+?) → (.+?)(?: -- (.+))?")
_WITHIN = re.compile(r"dt (\S+) < (\S+)")


@dataclass(frozen=True, slots=True)
class Atom:
    """A triple with variables, which begin with `?`; other terms are written as in N-Triples."""

    subject: str
    predicate: str
    object: str


@dataclass(frozen=True, slots=True)
class Members:
    """One member of a list, or two different ones in their order, for these variables."""

    variables: tuple[str, ...]
    list: str


@dataclass(frozen=True, slots=True)
class Every:
    """An atom for every member of a list."""

    member: str
    list: str
    atom: Atom


@dataclass(frozen=True, slots=True)
class Chain:
    """A way over the properties of a list in their order."""

    list: str
    start: str
    end: str


Premise = Atom | Members | Every | Chain


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule by its name in the W3C's tables; one without heads says in `words` what its premises must not be."""

    name: str
    body: tuple[Premise, ...]
    heads: tuple[Atom, ...]
    words: str


@dataclass(frozen=True, slots=True)
class RuleFile:
    """The rules in their order, and of datatypes the next wider one."""

    rules: tuple[Rule, ...]
    wider: dict[str, str]
    axiom_predicates: frozenset[str]
    axiom_classes: frozenset[str]

    def is_axiom(self, atom: Atom) -> bool:
        """Tell whether an atom is about the words of an ontology, and not about what they are used for."""
        if atom.predicate == TYPE:
            return atom.object in self.axiom_classes
        return atom.predicate in self.axiom_predicates


@cache
def load() -> RuleFile:
    """Return the rules that ship with the program."""
    return parse(declared.read(FILE))


def parse(text: str) -> RuleFile:
    """Return the rules of a text; raise KgError for a line that is neither rule, datatype nor comment."""
    rules, wider = [], {}
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip() or line.startswith("#"):
            continue
        within, rule = _WITHIN.fullmatch(line), _RULE.fullmatch(line)
        try:
            if within:
                wider[_term(within[1])] = _term(within[2])
            else:
                rules.append(_rule(rule))
        except (KeyError, ValueError, TypeError):
            message = f"{FILE}:{number}: '{line.strip()}' is no rule; the head of the file says how one is written"
            raise KgError(message) from None
    atoms = [premise for rule in rules for premise in rule.body if isinstance(premise, Atom)]
    of_data = (TYPE, SAME, DIFFERENT)
    return RuleFile(
        tuple(rules),
        wider,
        frozenset({atom.predicate for atom in atoms if atom.predicate[0] != "?" and atom.predicate not in of_data}),
        frozenset({a.object for a in atoms if a.predicate == TYPE and a.object[0] != "?" and a.object != NOTHING}),
    )


def _rule(parts: re.Match[str] | None) -> Rule:
    if parts is None:
        raise ValueError
    body = tuple(_premise(words) for words in parts[2].split(" . "))
    heads = () if parts[3] == "false" else tuple(_atom(words) for words in parts[3].split(" . "))
    if bool(heads) == bool(parts[4]):
        raise ValueError
    return Rule(parts[1], body, heads, parts[4] or "")


def _premise(words: str) -> Premise:
    if match := _EVERY.fullmatch(words):
        return Every(match[1], match[2], _atom(match[3]))
    if match := _CHAIN.fullmatch(words):
        return Chain(match[1], match[2], match[3])
    if match := _IN.fullmatch(words):
        return Members(tuple(name for name in (match[1], match[2]) if name), match[3])
    return _atom(words)


def _atom(words: str) -> Atom:
    return Atom(*map(_term, words.split()))


def _term(word: str) -> str:
    if word.startswith("?"):
        return word
    return count(int(word)) if word.isdigit() else f"<{names.expand(word)}>"


def count(number: int) -> str:
    """Return a whole number as rules and the axioms of cardinality have it."""
    return f'"{number}"^^<{_COUNT}>'


def variables(*atoms: Atom) -> Iterator[str]:
    """Yield the variables of atoms in their order."""
    for atom in atoms:
        yield from (term for term in (atom.subject, atom.predicate, atom.object) if term[0] == "?")
