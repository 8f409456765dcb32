"""Validation in proportion to what changed: verdicts are kept with a generation, and the next one checks what differs.

The shapes say what a verdict reads (`kg.shacl.read_plan`). From the triples that only one of two generations has, these
plans lead back to every node whose verdict can be another now. What those verdicts read is copied into a small store,
where the same checks run; all other verdicts stay.
"""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cache, partial
from pathlib import Path

import pyoxigraph as ox

from kg.check import finding_remedy, kept_plans, kept_verdicts, laid_out_facts, rules, validate, whole_check
from kg.check.asked import Asked
from kg.check.kept_plans import Plans
from kg.check.kept_verdicts import PARSER, Kept
from kg.check.validate import Raw
from kg.check.verdict_records import Row
from kg.check.whole_check import Ahead
from kg.model import program, progress
from kg.model.finding import Finding, KgError
from kg.model.records import dataclass
from kg.rdf import names, sparql_text
from kg.rdf.terms import Fact, Term, Triple
from kg.shacl import extent, follow_plan, query_grammar, read_plan, run_shapes, sparql_constraints
from kg.shacl.data import Data
from kg.shacl.follow_plan import Kinds, TooMuch, Touched, View
from kg.shacl.plan import SUBCLASS, Plan
from kg.shacl.query_grammar import NotUnderstood
from kg.shacl.results import Note, Refused, Report, Result, Unchecked, in_order
from kg.shacl.terms import iri, named
from kg.store import generation_delta, generations
from kg.store.generation_delta import Delta, Side
from kg.store.generations import Generation

# A full check reads some 500 facts a page and then checks them all. Of 447 pages a claim with a new name has 190 a page
# read, 9 s of CPU, and a renamed source 370, 16 s, where a full check takes 21.
_LEAST, _OF_A_PAGE = 20_000, 400
_TRIED = 3
# Pages from which on a second process checks a share of the rules.
_WORTH_A_PROCESS = 30
Source = Callable[[Asked], Raw]


def kept(folder: Path, generation: Generation, ahead: Ahead | None = None) -> Source:
    """
    Return a way to find what is wrong in a generation that uses the last verdicts, and keeps the new ones.

    Where no verdicts can be used, what was checked `ahead` is taken.
    """
    return partial(_everything, folder, generation, ahead)


def changed_since(folder: Path, generation: Generation, since: int | None = None) -> Source:
    """
    Return a way to find what is wrong on the pages that changed since a generation, or whose findings did.

    Without `since` that is the generation before; where none is kept, every page is new. KgError for one that is not
    kept or not before.
    """
    older = [one.number for one in generations.generations(folder) if one.number < generation.number]
    if since is None and not older:
        return kept(folder, generation)
    old = generations.numbered(folder, older[-1] if since is None else since)
    if old.number >= generation.number:
        raise KgError(f"generation {old.number} is not before {generation.number}, the one that is checked")
    return partial(_on_changed, folder, generation, old)


# ---- what is found ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Found:
    """
    All verdicts of a generation, what was refused, how they were found, and where they differ from another's.

    `since` is the generation whose verdicts they were made of, itself where they were kept, None where all were made
    anew; `pages` are those that differ from it, `differing` those whose findings do.
    """

    verdicts: Kept
    how: str
    refused: tuple[Refused, ...] = ()
    differing: frozenset[str] = frozenset()
    unchecked: tuple[Unchecked, ...] = ()
    notes: tuple[Note, ...] = ()
    since: Generation | None = None
    pages: frozenset[str] = frozenset()


def verdicts(folder: Path, generation: Generation, task: Asked) -> Found:
    """Return the verdicts of a generation: the last ones as far as they still hold; they are kept."""
    return _verdicts(folder, _side(folder, generation, task.store), task)


def _everything(folder: Path, generation: Generation, ahead: Ahead | None, task: Asked) -> Raw:
    found = _verdicts(folder, _side(folder, generation, task.store), task, ahead)
    return _raw(found, found.verdicts.rows())


def _raw(outcome: Found, rows: Iterable[Row], pages: frozenset[str] | None = None) -> Raw:
    listed = list(rows)
    results = in_order(row.result for row in listed if row.result is not None)
    findings = frozenset(row.finding for row in listed)

    def elsewhere(others: frozenset[str]) -> list[Finding]:
        return [row.finding for row in outcome.verdicts.on_pages(others)]

    return Raw(results, findings, outcome.refused, pages, outcome.how, outcome.unchecked, outcome.notes, elsewhere)


def _on_changed(folder: Path, generation: Generation, since: Generation, task: Asked) -> Raw:
    old, new = _side(folder, since), _side(folder, generation, task.store)
    found = _since(folder, old, new, task)
    pages = frozenset(generation_delta.paths(old, new)) | _files(old, new) | found.differing
    return _raw(found, found.verdicts.on_pages(pages), pages)


def _files(old: Side, new: Side) -> frozenset[str]:
    """Return the files that one of the generations could not take, or for another reason."""
    said = [frozenset(side.head.findings) for side in (old, new)]
    return frozenset(one.span.path for one in said[0] ^ said[1])


def _since(folder: Path, old: Side, new: Side, task: Asked) -> Found:
    """Return the verdicts of a generation, with the pages on which its findings are others than in the old one."""
    here = kept_verdicts.load(new.generation, key_of(task))
    differing = here.differing(old.generation.number) if here else None
    if here is not None and differing is not None:
        return Found(here, "the verdicts of this generation were kept", (), differing)
    first = _verdicts(folder, old, replace(task, store=old.quads))
    stale = first.refused or first.unchecked or first.notes
    done = None if stale else _updated(folder, first.verdicts, old, new, task)
    if done is None:
        whole = _checked(task, new)
        found = [{row.finding for row in one.verdicts.rows()} for one in (first, whole)]
        done = replace(whole, differing=frozenset(one.span.path for one in found[0] ^ found[1]))
    done.verdicts.differ(old.generation.number, done.differing)
    return _saved(new, task, done)


def _verdicts(folder: Path, side: Side, task: Asked, ahead: Ahead | None = None) -> Found:
    """Return the verdicts of a generation: kept ones, those of another brought up to date, or all made anew."""
    key = key_of(task)
    here = kept_verdicts.load(side.generation, key)
    if here is not None:
        return Found(here, "the verdicts of this generation were kept", since=side.generation)
    others = [one for one in generations.generations(folder) if kept_verdicts.file(one, key).exists()]
    for other in sorted(others, key=lambda one: abs(one.number - side.generation.number))[:_TRIED]:
        there = kept_verdicts.load(other, key)
        old = _side(folder, other)
        done = _updated(folder, there, old, side, task) if there else None
        if done is not None:
            done.verdicts.differ(other.number, done.differing)
            return _saved(side, task, done)
    return _saved(side, task, _checked(task, side, ahead))


def _saved(side: Side, task: Asked, outcome: Found) -> Found:
    if not outcome.refused and not outcome.unchecked and not outcome.notes:
        kept_verdicts.save(side.generation, key_of(task), outcome.verdicts)
    return outcome


def _side(folder: Path, generation: Generation, quads: ox.Store | None = None) -> Side:
    if quads is None:
        return generation_delta.opened(folder, generation)
    return Side(generation, generations.manifest_that_fits(folder, generation), quads)


# The shapes that were asked for last, and their key: a build needs it six times, and making it takes 5 ms.
_last_key: list[tuple[Sequence[Triple], str]] = []


def key_of(task: Asked) -> str:
    """Return a digest of all but the pages that verdicts depend on."""
    for shapes, key in tuple(_last_key):
        if shapes is task.shapes:
            return key
    key = _digest_of(task)
    _last_key[:] = [(task.shapes, key)]
    return key


def _digest_of(task: Asked) -> str:
    whole = hashlib.blake2b(program.digest(f"pyoxigraph {ox.__version__}").encode(), digest_size=8)
    for triple in task.shapes:
        whole.update(" ".join(map(str, triple)).encode("utf-8", "surrogatepass"))
    return whole.hexdigest()


# ---- all of it -------------------------------------------------------------------------------------------------------


def _checked(task: Asked, side: Side, ahead: Ahead | None = None) -> Found:
    """Return the verdicts of everything."""
    many = side.head.count >= _WORTH_A_PROCESS
    with laid_out_facts.laid_out(task, side.generation) as facts:
        if ahead:
            with progress.stage("checking rules"):
                found = ahead()
        else:
            found = whole_check.check(task, facts(), sharing=many)
        rest = Report(())
        if found.refused:
            rest = validate.rest(facts(), task.shapes, task.graph, found.refused)
    made = Kept()
    for verdict, finding in found.verdicts:
        made.put(kept_verdicts.of(verdict, finding))
    for result, finding in zip(rest.results, validate.made(task, rest.results), strict=True):
        made.put(Row(named(result.shape), result.focus, result, finding))
    for finding in validate.parsed(task.store):
        made.put(_said_by_parser(finding))
    nobodys = (*extent.unchecked(task.graph), *rest.unchecked)
    how = "not everything was checked" if nobodys else "everything was checked"
    return Found(made, how, found.refused, unchecked=nobodys, notes=found.notes)


def _said_by_parser(finding: Finding) -> Row:
    return Row(PARSER, ox.Literal(finding.span.path), None, finding)


# ---- what differs ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Job:
    """Two generations, what differs between them, and the facts of both, with what the rules read."""

    asked: Asked
    plans: Plans
    found: Delta
    old: View
    new: View


def _updated(folder: Path, verdicts: Kept, old: Side, new: Side, task: Asked) -> Found | None:
    """Bring the verdicts of one generation up to date with another; None where it is shorter to check everything."""
    found = generation_delta.between(old, new)
    if found is None or any(fact[1] == SUBCLASS for fact in (*found.before, *found.now)):
        return None
    most = max(_LEAST, _OF_A_PAGE * new.head.count)
    stated = partial(names.is_stated, task.base)
    try:
        job = _Job(task, _plans(folder, task), found, View(old.quads, stated, most), View(new.quads, stated, most))
        below = follow_plan.kinds(job.new)
        touched = _touched(job, job.plans.plans, below)
        fresh = _again(job, touched, below)
        again = _reads_otherwise(job, old.quads, new.quads, most, below)
    except (TooMuch, NotUnderstood):
        return None
    gone = [row for unit, nodes in touched.items() for row in _taken(verdicts, unit, nodes)]
    for path in sorted(found.paths):
        gone += verdicts.take(PARSER, [ox.Literal(path)])
    moved = verdicts.take_about(again, sorted(found.paths))
    fresh += _told_anew(task, [(row, row.result) for row in moved if row.result is not None])
    for _, graphs in sorted(found.graphs.items()):
        fresh += [_said_by_parser(finding) for finding in validate.parsed(task.store, graphs)]
    for row in fresh:
        verdicts.put(row)
    differing = _differing([*gone, *moved], fresh)
    count, pages = sum(len(one.nodes() or ()) for one in touched.values()), len(found.paths)
    how = f"{count:,} verdicts were checked again, for {pages:,} changed page{'' if pages == 1 else 's'}"
    return Found(verdicts, how, (), differing, since=old.generation, pages=found.paths)


def _taken(verdicts: Kept, unit: str, nodes: Touched) -> list[Row]:
    """Remove and return the verdicts of a unit that can be others now."""
    taken: dict[bool, list[Row]] = {True: [], False: []}
    for row in verdicts.take(unit, nodes.nodes()):
        taken[nodes.holds(row.focus, row.result.value if row.result else None)].append(row)
    for row in taken[False]:
        verdicts.put(row)
    return taken[True]


def _told_anew(task: Asked, rows: Sequence[tuple[Row, Result]]) -> list[Row]:
    """Return verdicts that hold as they did, with the findings that they make now."""
    findings = validate.made(task, [result for _, result in rows])
    return [replace(row, finding=finding) for (row, _), finding in zip(rows, findings, strict=True)]


def _differing(before: Iterable[Row], fresh: Iterable[Row]) -> frozenset[str]:
    """Return the pages whose findings are not the same."""
    old, new = (Counter(row.finding for row in rows) for rows in (before, fresh))
    return frozenset(one.span.path for one in {*(old - new), *(new - old)})


def _plans(folder: Path, task: Asked) -> Plans:
    """Return what the shapes read, as it was kept or made anew."""
    key = key_of(task)
    there = kept_plans.load(folder, key)
    if there is None:
        there = plans_of(task)
        kept_plans.save(folder, key, there)
    return there


def plans_of(task: Asked) -> Plans:
    """Return what the shapes read; raise NotUnderstood where that cannot be told of one."""
    declared_there = sparql_constraints.components(task.graph)
    targets, plans = {}, {}
    for unit, shapes in run_shapes.units(task.graph):
        targets[unit.name] = unit.targets
        said = read_plan.Declared(task.graph, declared_there, shapes)
        plans[unit.name] = read_plan.of_constraint(said, unit.targets, shapes[unit.node], unit.constraint)
    return Plans(targets, plans, _remedies(task))


def _touched(job: _Job, plans: Mapping[str, Plan], below: Kinds) -> dict[str, Touched]:
    """Return whose verdict can be another, by unit: what lost a fact it had read, or has one to read now."""
    edges = follow_plan.index(plans)
    found = follow_plan.touched(job.old, plans, edges, job.found.before, below)
    for name, nodes in follow_plan.touched(job.new, plans, edges, job.found.now, below).items():
        found.setdefault(name, Touched()).add(nodes)
    return found


def _again(job: _Job, units: Mapping[str, Touched], below: Kinds) -> list[Row]:
    """Return the verdicts that were touched, from a store of the facts that they read."""
    read: set[Fact] = {(subject, key, value) for subject, key, value in job.new.having(SUBCLASS)}
    for name, nodes in units.items():
        targets = job.plans.targets[name]
        whole = follow_plan.all_targets(job.new, targets, below) if nodes.whole is None else nodes.whole
        follow_plan.forward(job.new, job.plans.plans[name], nodes, whole, read)
    small = ox.Store()
    small.extend(ox.Quad(*fact) for fact in read)
    asked = {name: one.nodes() for name, one in units.items()}
    notes: list[Note] = []
    found, refused = run_shapes.verdicts(Data(small), job.asked.graph, asked, notes=notes)
    if refused or notes:
        raise NotUnderstood(refused[0].why if refused else notes[0].words)
    kept = [one for one in found if units[one.unit].holds(one.focus, one.result.value)]
    findings = validate.made(job.asked, [one.result for one in kept])
    return list(map(kept_verdicts.of, kept, findings))


def _reads_otherwise(
    job: _Job, old: ox.Store, new: ox.Store, most: int, below: Kinds
) -> dict[str, set[Term]]:  # fmt: skip
    """Return the nodes about which findings may say something else now: by place, by words, and by rule."""
    views = View(old, lambda _: True, most), View(new, lambda _: True, most)
    plans = {
        kept_verdicts.AT: _plan("parts", "focus"),
        kept_verdicts.OF: _plan("words", "node"),
        **job.plans.remedies,
    }
    edges = follow_plan.index(plans)
    found: dict[str, set[Term]] = defaultdict(set)
    for view, facts in zip(views, (job.found.before, job.found.now), strict=True):
        for name, nodes in follow_plan.touched(view, plans, edges, facts | job.found.places, below).items():
            if nodes.whole is None:
                raise TooMuch
            found[name] |= nodes.whole
    return found


def _remedies(task: Asked) -> dict[str, Plan]:
    """Return what the queries for other places and edits read, by the rules that declare them."""
    found: dict[str, Plan] = {}
    for shape in rules.named_shapes(task.graph):
        plans = [
            read_plan.of_query(
                query_grammar.parse(text.value).where,
                sparql_constraints.prefixes(task.graph, shape, node),
                "this",
                "value",
            )
            for node in finding_remedy.queries_of(task.graph, shape)
            for text in task.graph.objects(node, iri("sh:select"))
        ]
        if plans:
            found[rules.name(shape)] = read_plan.together(plans)
    return found


@cache
def _plan(name: str, variable: str) -> Plan:
    """
    Return what a query of queries/checks reads.

    Not asked for are `place` and `right`: what they read of a part stands on its page, and what stands on a page that
    changed is told anew anyway.
    """
    query = query_grammar.parse(sparql_text.declared_query(f"checks/{name}").text)
    return read_plan.of_query(query.where, names.PREFIXES, variable)
