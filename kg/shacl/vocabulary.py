"""The names of SHACL's namespace: which this program knows, which nobody here checks, which are none at all."""

from collections.abc import Iterator

import pyoxigraph as ox

from kg.model import did_you_mean
from kg.shacl.shapes_graph import Graph
from kg.shacl.terms import iri

SPACE = iri("sh:").value


def _words(text: str) -> list[str]:
    return text.split()


_CORE = _words(
    """
    AbstractResult BlankNode BlankNodeOrIRI BlankNodeOrLiteral ConstraintComponent IRI IRIOrLiteral Info
    Literal NodeKind NodeShape Parameter Parameterizable PropertyGroup PropertyShape Severity Shape
    ValidationReport ValidationResult Validator Violation Warning alternativePath and class closed conforms
    datatype deactivated defaultValue description detail disjoint entailment equals flags focusNode group
    hasValue ignoredProperties in inversePath languageIn lessThan lessThanOrEquals maxCount maxExclusive
    maxInclusive maxLength message minCount minExclusive minInclusive minLength name node nodeKind not
    oneOrMorePath or order path pattern property qualifiedMaxCount qualifiedMinCount qualifiedValueShape
    qualifiedValueShapesDisjoint result resultMessage resultPath resultSeverity severity shapesGraph
    shapesGraphWellFormed sourceConstraint sourceConstraintComponent sourceShape suggestedShapesGraph
    targetClass targetNode targetObjectsOf targetSubjectsOf uniqueLang value xone zeroOrMorePath zeroOrOnePath
    """
)
_SPARQL = _words(
    """
    PrefixDeclaration ResultAnnotation SPARQLAskExecutable SPARQLAskValidator SPARQLConstraint
    SPARQLConstructExecutable SPARQLExecutable SPARQLSelectExecutable SPARQLSelectValidator
    SPARQLUpdateExecutable annotationProperty annotationValue annotationVarName ask construct declare
    labelTemplate namespace nodeValidator optional parameter prefix prefixes propertyValidator
    resultAnnotation select sparql update validator
    """
)
_ADVANCED = _words(
    """
    Function JSConstraint JSExecutable JSFunction JSLibrary JSRule JSTarget JSTargetType JSValidator Rule
    SPARQLFunction SPARQLRule SPARQLTarget SPARQLTargetType Rules Target TargetType TripleRule condition else
    exists expression filterShape groupConcat if intersection js jsFunctionName jsLibrary jsLibraryURL limit
    max min count sum distinct minus nodes object offset orderBy desc predicate returnType rule subject target
    then this union values asc
    """
)
_COMPONENTS = _words(
    """
    And Class Closed Datatype Disjoint Equals Expression HasValue In JS LanguageIn LessThan LessThanOrEquals
    MaxCount MaxExclusive MaxInclusive MaxLength MinCount MinExclusive MinInclusive MinLength Node NodeKind
    Not Or Pattern Property QualifiedMaxCount QualifiedMinCount SPARQL UniqueLang Xone
    """
)
# The constraints, targets and kinds of shape that the drafts of SHACL 1.2 add: nobody here does them.
_NEW = _words(
    """
    maxListLength memberShape minListLength nodeByExpression reificationRequired reifierShape rootClass
    singleLine someValue subsetOf targetWhere uniqueMembers uniqueValuesFor
    """
)
_NEW_KINDS = ("ShapeClass",)
# What SHACL 1.2 says about shapes and reports without a constraint in it.
_NEW_WORDS = _words("ByTypes Debug Trace agentInstruction codeIdentifier conformanceDisallows intent TripleTerm")

# The constraints of DASH, each a property in its namespace; where a shapes graph declares one, it is a component.
_DASH = _words(
    """
    closedByTypes coExistsWith hasValueIn hasValueWithClass maxListLength memberShape minListLength
    nonRecursive reifiableBy rootClass scriptConstraint singleLine stem subSetOf symmetric
    uniqueValueForClass uriStart
    """
)

NOT_DONE = {iri("sh:js"): "JavaScript", iri("sh:values"): "SHACL's rules for values"} | {
    iri(f"sh:{word}"): "SHACL 1.2" for word in _NEW
}
NOT_DONE |= {ox.NamedNode(f"http://datashapes.org/dash#{word}"): "DASH" for word in _DASH}
KINDS_NOT_DONE = {iri(f"sh:{word}"): "SHACL 1.2" for word in _NEW_KINDS}
_KNOWN = frozenset(
    [*_CORE, *_SPARQL, *_ADVANCED, *_NEW, *_NEW_KINDS, *_NEW_WORDS]
    + [f"{name}ConstraintComponent" for name in _COMPONENTS]
)


def unknown(graph: Graph) -> Iterator[ox.NamedNode]:
    """Yield the names of SHACL's namespace that a graph uses and that SHACL does not have, in order."""
    used: set[ox.NamedNode] = set()
    for subject, rows in graph.about.items():
        for term in (subject, *rows, *(value for values in rows.values() for value in values)):
            if isinstance(term, ox.NamedNode) and term.value.startswith(SPACE):
                used.add(term)
    # `sh:MinCountConstraintComponent-minCount` is how the vocabulary itself names a parameter.
    yield from sorted((one for one in used if _local(one).partition("-")[0] not in _KNOWN), key=str)


def _local(name: ox.NamedNode) -> str:
    return name.value.removeprefix(SPACE)


def meant(name: ox.NamedNode) -> str:
    """Return the word of SHACL that is most like a name which is none, empty where none is."""
    near = did_you_mean.nearest(_local(name), _KNOWN)
    return f"sh:{near[0]}" if near else ""
