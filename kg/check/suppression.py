"""Silence: which findings a comment in their page suppresses, and what is wrong with such comments."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import field, replace

import pyoxigraph as ox

from kg.check import finding_place, profiles
from kg.check.profiles import Profile
from kg.model.finding import Finding, Level, Span, Suppressed
from kg.model.records import dataclass

REASON, RULE, UNUSED = "suppression-reason", "suppression-rule", "suppression-unused"
RULES = frozenset({REASON, RULE, UNUSED})


@dataclass(frozen=True, slots=True, order=True)
class Remark:
    """A comment that silences rules: its place, its reason, and its lines, `first` 0 for the whole page."""

    place: Span
    rules: tuple[str, ...]
    reason: str
    first: int = 0
    last: int = 0


@dataclass(frozen=True, slots=True)
class Checked:
    """What a validation looked at: every rule that there is, those that had nothing to check, and the levels."""

    rules: frozenset[str]
    idle: frozenset[str] = frozenset()
    profile: Profile = field(default_factory=Profile)


def remarks(store: ox.Store) -> list[Remark]:
    """Return the comments that silence rules, as the pages of a store have them, in order."""
    found: dict[str, Remark] = {}
    for row in finding_place.select(store, "suppressions", {}):
        comment, rules = row["comment"].value, (row["rule"].value,) if row["rule"] else ()
        if comment in found:
            found[comment] = replace(found[comment], rules=(*found[comment].rules, *rules))
            continue
        first, last = (int(row[name].value) if row[name] else 0 for name in ("first", "last"))
        reason = row["reason"].value if row["reason"] else ""
        found[comment] = Remark(finding_place.span(row), rules, reason, first, last)
    return sorted(found.values())


def apply(
    findings: Iterable[Finding], remarks: Sequence[Remark], scope: Checked
) -> tuple[tuple[Finding, ...], tuple[Suppressed, ...]]:
    """
    Return the findings that are left, with those about the comments themselves, and the suppressed ones; both sorted.

    `findings` have their levels and are all that there are on the pages of the comments; `remarks` is in order.
    """
    if not remarks:
        return tuple(sorted(findings)), ()
    by_page = _by_page(remarks)
    first = _split(findings, by_page)
    about = profiles.levelled(scope.profile, _about(remarks, first.used, scope, of_comments=False))
    second = _split(about, by_page)
    late = profiles.levelled(scope.profile, _about(remarks, second.used, scope, of_comments=True))
    return tuple(sorted([*first.left, *second.left, *late])), tuple(sorted([*first.suppressed, *second.suppressed]))


def silenced(findings: Iterable[Finding], remarks: Sequence[Remark]) -> frozenset[Finding]:
    """Return the findings that a comment suppresses."""
    return frozenset(one.finding for one in _split(findings, _by_page(remarks)).suppressed) if remarks else frozenset()


def _by_page(remarks: Iterable[Remark]) -> Mapping[str, Sequence[Remark]]:
    found: dict[str, list[Remark]] = defaultdict(list)
    for one in remarks:
        found[one.place.path].append(one)
    return found


@dataclass(frozen=True, slots=True)
class _Split:
    """Findings that are left and those that are suppressed; `used` are the rules that each comment silenced."""

    left: tuple[Finding, ...]
    suppressed: tuple[Suppressed, ...]
    used: frozenset[tuple[Remark, str]]


def _split(findings: Iterable[Finding], by_page: Mapping[str, Sequence[Remark]]) -> _Split:
    left: list[Finding] = []
    suppressed: list[Suppressed] = []
    used: set[tuple[Remark, str]] = set()
    for finding in findings:
        holding = [one for one in by_page.get(finding.span.path, ()) if _holds(one, finding)]
        used |= {(one, finding.rule) for one in holding}
        if holding:
            suppressed.append(Suppressed(finding, holding[0].reason, holding[0].place))
        else:
            left.append(finding)
    return _Split(tuple(left), tuple(suppressed), frozenset(used))


def _holds(remark: Remark, finding: Finding) -> bool:
    """Tell whether a comment silences a finding; without a reason it silences nothing."""
    here = not remark.first or remark.first <= max(1, finding.span.line) <= remark.last
    return here and bool(remark.reason) and finding.rule in remark.rules


def _about(
    remarks: Iterable[Remark], effective: frozenset[tuple[Remark, str]], scope: Checked, *, of_comments: bool
) -> Iterator[Finding]:
    """Yield what is wrong with comments; those that silence the rules about comments are judged on their own."""
    for remark in remarks:
        if not of_comments:
            yield from _form(remark, scope.rules)
        for rule in remark.rules:
            runs = rule in scope.rules and rule not in scope.idle
            level = profiles.level(scope.profile, rule, remark.place.path, "")
            late = (rule in RULES) == of_comments
            if late and runs and level != profiles.OFF and remark.reason and (remark, rule) not in effective:
                where = "on this page" if not remark.first else "there"
                message = f"'{rule}' finds nothing {where} that this comment could silence; take it out"
                yield Finding(remark.place, UNUSED, message, Level.WARNING)


def _form(remark: Remark, rules: frozenset[str]) -> Iterator[Finding]:
    if not remark.reason:
        rule = remark.rules[0] if remark.rules else "RULE"
        message = f"without a reason nothing is silenced; write 'kg: ignore {rule} -- why'"
        yield Finding(remark.place, REASON, message, Level.WARNING)
    if not remark.rules:
        message = "the comment names no rule; write the one to silence, as in 'kg: ignore link-dangling -- why'"
        yield Finding(remark.place, RULE, message, Level.WARNING)
    for rule in remark.rules:
        if rule not in rules:
            message = f"there is no rule '{rule}'; {profiles.meant(rule, rules)}"
            yield Finding(remark.place, RULE, message, Level.WARNING)
