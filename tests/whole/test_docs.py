"""Documentation that can be run is run: every `console` block of the README and of docs/, output and all."""

import os
import re
import shutil
import stat
import subprocess
import sys

import pytest
from support.commands import ENTRY
from support.places import ROOT
from support.tier import but

PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
COMMAND = re.compile(r"^\$ (.*(?:\\\n.*)*)\n", re.MULTILINE)
CODE = re.compile(r"^```.*?^```$|`[^`\n]*`", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(((?!https?:|#|mailto:)[^)\s]+)\)")


@pytest.fixture
def shell(tmp_path):
    """Run a line as a person would: `kg` on the path, in a clone, with /tmp of its own."""
    shim = tmp_path / "bin/kg"
    shim.parent.mkdir()
    shim.write_text(f'#!/bin/sh\nexec {sys.executable} -c "{ENTRY[2]}" "$@"\n')
    shim.chmod(shim.stat().st_mode | stat.S_IXUSR)
    kept = {name: value for name, value in os.environ.items() if not name.startswith("KG_")}
    environment = {**kept, "PATH": f"{shim.parent}:{os.environ['PATH']}", "COLUMNS": "118", "PYTHONPATH": str(ROOT)}

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


LONG = [
    ROOT / "docs" / f"{name}.md" for name in ("update", "incremental", "gate", "diff", "rendered", "why", "exports")
]


@pytest.mark.parametrize("page", but(PAGES, LONG), ids=lambda page: str(page.relative_to(ROOT)))
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
