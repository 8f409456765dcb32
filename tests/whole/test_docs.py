"""
Documentation that can be run is run: every `console` block of the README and of docs/, output and all.

In `make test` a `kg` in a block is a fork of a process that has loaded everything; that a new interpreter says the same
is shown by one page there, and by the README in `make test-full`.
"""

import os
import re
import shutil
import subprocess
import sys

import pytest
from support.commands import ENTRY, on_path
from support.places import ROOT
from support.tier import but

PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
COMMAND = re.compile(r"^\$ (.*(?:\\\n.*)*)\n", re.MULTILINE)
CODE = re.compile(r"^```.*?^```$|`[^`\n]*`", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(((?!https?:|#|mailto:)[^)\s]+)\)")


def new_interpreter(folder):
    """Put a `kg` into a folder that is a process of its own, as it is installed."""
    shim = folder / "kg"
    shim.write_text(f'#!/bin/sh\nexec {sys.executable} -c "{ENTRY[2]}" "$@"\n')
    shim.chmod(0o755)


@pytest.fixture(params=[on_path])
def shell(request, tmp_path):
    """Run a line as a person would: `kg` on the path, in a clone, with /tmp of its own."""
    shims = tmp_path / "bin"
    shims.mkdir()
    request.param(shims)
    kept = {name: value for name, value in os.environ.items() if not name.startswith("KG_")}
    environment = {**kept, "PATH": f"{shims}:{os.environ['PATH']}", "COLUMNS": "118", "PYTHONPATH": str(ROOT)}

    clone = tmp_path / "clone"
    shutil.copytree(ROOT / "examples", clone / "examples", ignore=shutil.ignore_patterns(".kg"))
    here = [clone]

    def run(line):
        if line.startswith("cd "):
            here[0] = here[0] / line[3:].strip()
        done = subprocess.run(
            ["bash", "-c", line.replace("/tmp/", f"{tmp_path}/")]  # noqa: S108  # the page's own words
            if not line.startswith("cd ") else ["true"],
            cwd=here[0], env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            text=True, timeout=120, check=False,
        )  # fmt: skip
        return done.stdout.replace(f"{tmp_path}/", "/tmp/")  # noqa: S108

    return run


RUN = [page for page in PAGES if BLOCK.search(page.read_text(encoding="utf-8"))]
LONG = [
    ROOT / "docs" / f"{name}.md"
    for name in (
        "update", "incremental", "gate", "diff", "rendered", "why", "exports", "okf", "generated-pages", "import", "mcp", "network",
        "site",
    )
]  # fmt: skip
# What new interpreters are asked: in `make test` a page with several commands, later the one that people read first.
WHOLE = [ROOT / "docs/validate.md", ROOT / "README.md"]


def shown(page):
    return str(page.relative_to(ROOT))


@pytest.mark.parametrize(
    ("page", "shell"),
    [
        *(pytest.param(*one.values, on_path, marks=one.marks, id=shown(*one.values)) for one in but(RUN, LONG)),
        *(
            pytest.param(*one.values, new_interpreter, marks=one.marks, id=f"{shown(*one.values)} by new interpreters")
            for one in but(WHOLE, WHOLE[1:])
        ),
    ],
    indirect=["shell"],
)
def test_every_command_answers_what_the_page_says(page, shell, request):
    text = page.read_text(encoding="utf-8")
    found = text
    for block in BLOCK.finditer(text):
        made = "".join(f"$ {line}\n{shell(line)}" for line in COMMAND.findall(block[1]))
        found = found.replace(block[0], f"```console\n{made}```")
    if request.config.getoption("--update"):
        page.write_text(found, encoding="utf-8")

    assert found == page.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "page", [*PAGES, ROOT / "CONTRIBUTING.md", ROOT / "examples/README.md"], ids=lambda page: page.name
)
def test_every_link_to_a_file_leads_somewhere(page):
    text = CODE.sub("", page.read_text(encoding="utf-8"))
    missing = [link for link in LINK.findall(text) if not (page.parent / link.split("#")[0]).exists()]

    assert missing == []
