"""What a bundle in the Open Knowledge Format has, counted without kg: by PyYAML and regular expressions."""

import datetime as dt
import re

import yaml

_FRONT = re.compile(r"\A---\n(.*?)^---$(.*)", re.DOTALL | re.MULTILINE)
_CODE = re.compile(r"^(`{3,}|~{3,}).*?^\1|`[^`\n]+`", re.DOTALL | re.MULTILINE)
_FOOTNOTE = re.compile(r"^\[\^[^\]\s]+\]:.*$", re.MULTILINE)
_MARK = re.compile(r"\[\^([^\]\s]+)\]")


def counts(root, days):
    """Return the counts of a bundle: concepts, sources, marks joined to them, tiers, what is stale by each of some days."""
    read = [_read(path) for path in sorted(root.rglob("*.md")) if path.name not in ("index.md", "log.md")]
    joined = [(front, label) for front, marks in read for label in marks if label in _ids(front)]
    tiers = [_tier(front) for front, _ in read]
    return {
        "concepts": len(read),
        "sources": sum(len(front.get("sources", [])) for front, _ in read),
        "joined": len(joined),
        "tiers": {tier: tiers.count(tier) for tier in {*tiers}},
        "stale": {day: sum(_stale(front, day) for front, _ in read) for day in days},
        "uncited": sum(len(_ids(front) - {*marks}) for front, marks in read),
        "computations": sum(front["type"].casefold() == "attested computation" for front, _ in read),
        "deprecated": sum(front.get("status") == "deprecated" for front, _ in read),
    }


def _read(path):
    front, body = _FRONT.match(path.read_text(encoding="utf-8")).groups()
    values = yaml.load(front, yaml.BaseLoader)  # noqa: S506  # makes nothing but texts, so that no time is changed
    return values, _MARK.findall(_FOOTNOTE.sub("", _CODE.sub("", body)))


def _ids(front):
    return {entry["id"] for entry in front.get("sources", []) if "id" in entry}


def _tier(front):
    checked = front.get("verified", [])
    by = [one["by"] for one in (checked if isinstance(checked, list) else [checked])]
    return (
        "humanReviewed" if any(who.startswith("human:") for who in by) else "machineConfirmed" if by else "unverified"
    )


def _stale(front, day):
    if not (moment := front.get("stale_after")):
        return False
    begins = dt.datetime.fromisoformat(moment).astimezone(dt.UTC)
    return begins.date() <= dt.date.fromisoformat(day)
