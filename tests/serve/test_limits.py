"""The limits of a server: one table in the manual, with the program's own defaults; and rows counted in every format."""

import re
import resource
import sys
from dataclasses import fields

import pytest
from pyoxigraph import Literal, NamedNode, Quad, Store
from support.commands import kg
from support.places import ROOT

from kg.ask import answer_formats, query
from kg.cli import serve
from kg.serve import jobs, limits, memory
from kg.serve.limits import Limits


def test_the_table_of_the_manual_has_every_limit_with_its_default():
    rows = dict(re.findall(r"^\| .*?`(--\w+) \w+` \| ([^|]+?) \|", (ROOT / "docs/serve.md").read_text(), re.MULTILINE))
    names = {flag: name for flag, name, *_ in serve._LIMITS}
    defaults = {flag: f"{getattr(Limits(), name):g}" for flag, name in names.items() if name != "workers"}

    assert set(names.values()) == {one.name for one in fields(Limits)}
    assert {flag: f"{float(value):g}" for flag, value in rows.items() if flag != "--workers"} == defaults
    assert rows["--workers"] == "one a processor"
    assert (limits.WAITING, limits.RECEIVING) == (30, 10)


@pytest.mark.parametrize("form", answer_formats.ROWS)
@pytest.mark.parametrize("count", [0, 1, 7])
def test_rows_are_counted_in_every_format_whatever_their_texts_hold(form, count):
    store = Store()
    for number in range(count):
        text = Literal(f'{number} a "line"\n\r\nand <result> }},{{"x\t')
        store.add(Quad(NamedNode(f"http://s/{number}"), NamedNode("http://p/"), text))
    answer = query.run(store, "SELECT ?s ?o ?none { ?s ?p ?o }", {})
    data, _ = answer_formats.write(answer, form, answer_formats.Shown("http://s/"))

    assert jobs.rows(data, form) == count


@pytest.mark.parametrize("form", answer_formats.ROWS)
def test_a_long_text_is_one_row(form):
    answer = query.run(Store(), f'SELECT ("{"x" * 140_000}" AS ?text) {{}}', {})
    data, _ = answer_formats.write(answer, form, answer_formats.Shown("http://s/"))

    assert jobs.rows(data, form) == 1


@pytest.mark.parametrize(("asked", "hard"), [(10**20, resource.RLIM_INFINITY), (10**6, 2 * 10**11)])
def test_a_limit_of_memory_that_the_system_cannot_hold_is_the_most_it_can(monkeypatch, asked, hard):
    done = []
    monkeypatch.setattr(resource, "getrlimit", lambda _: (hard, hard))
    monkeypatch.setattr(resource, "setrlimit", lambda _, both: done.append(both))
    memory.limit(asked)

    assert done == [(sys.maxsize if hard == resource.RLIM_INFINITY else hard, hard)]


@pytest.mark.parametrize("seconds", ["nan", "0"])
def test_a_time_that_no_clock_can_tell_is_no_limit(tmp_path, seconds):
    assert "--timeout" in kg("serve", "--timeout", seconds, cwd=tmp_path, code=2).stderr


def test_a_log_that_nobody_takes_any_more_stops_nothing(monkeypatch):
    said = []

    def say(_, line):
        said.append(line)
        raise BrokenPipeError

    monkeypatch.setattr(serve.session, "say", say)
    serve.log_of(None)("no worker could be started")

    assert said == ["no worker could be started"]
