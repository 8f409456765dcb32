"""The pre-commit hook and the GitHub Action: valid by those who read them, and run as they would be."""

import json
import os
import re
import shlex
import shutil
import stat
import subprocess
import sys

import pytest
import yaml
from support.commands import ENTRY, kg
from support.places import ROOT

HOOKS, ACTION, DOCS = ROOT / ".pre-commit-hooks.yaml", ROOT / "action.yml", ROOT / "docs/ci.md"
BROKEN = "---\ntitle: A\ntype: source\ntags: [x]\n---\n\nSee [[Gone]].\n"
USES = re.compile(r"uses: *(\S+)")


def read_by(*command):
    done = subprocess.run(
        [sys.executable, "-m", *map(str, command)], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def blocks(language):
    return re.findall(rf"^```{language}\n(.*?)^```$", DOCS.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


@pytest.fixture
def hooked_wiki(tmp_path):
    page = tmp_path / "the wiki/sources/a.md"
    page.parent.mkdir(parents=True)
    page.write_text(BROKEN)
    return tmp_path


# ---- the hook --------------------------------------------------------------------------------------------------------


def test_pre_commit_accepts_the_hook():
    read_by("pre_commit", "validate-manifest", HOOKS)


def test_pre_commit_accepts_the_configuration_that_the_manual_shows_and_the_hook_in_it_exists(tmp_path):
    (shown,) = [block for block in blocks("yaml") if "repos:" in block]
    (tmp_path / ".pre-commit-config.yaml").write_text(shown)
    read_by("pre_commit", "validate-config", tmp_path / ".pre-commit-config.yaml")

    named = {hook["id"] for repo in yaml.safe_load(shown)["repos"] for hook in repo["hooks"]}
    assert named == {hook["id"] for hook in yaml.safe_load(HOOKS.read_text())}


def test_the_hook_names_what_is_wrong_and_nothing_else(hooked_wiki):
    (hook,) = yaml.safe_load(HOOKS.read_text())
    program, *words = shlex.split(hook["entry"])
    assert program == "kg"
    (hooked_wiki / "kg.toml").write_text('wiki = "the wiki"\nprofile = "newsroom"\n')

    assert "sources/a.md:7:7: violation: '[[Gone]]'" in kg(*words, cwd=hooked_wiki, code=1).stdout
    (hooked_wiki / "the wiki/sources/a.md").write_text(BROKEN.replace("See [[Gone]].", "Nothing."))
    assert "violation" not in kg(*words, cwd=hooked_wiki, code=0).stdout


@pytest.mark.parametrize(
    ("path", "looked"),
    [("wiki/a.md", True), ("kg.toml", True), ("sub/kg.toml", True), ("a.mdx", False), ("my-kg.toml", False)],
)
def test_the_hook_runs_when_a_page_or_the_configuration_is_committed(path, looked):
    (hook,) = yaml.safe_load(HOOKS.read_text())

    assert bool(re.search(hook["files"], path)) == looked


# ---- the action ------------------------------------------------------------------------------------------------------


def test_the_action_is_one_by_the_schema_of_github():
    read_by("check_jsonschema", "--builtin-schema", "vendor.github-actions", ACTION)


def test_the_workflow_that_the_manual_shows_is_one_and_gives_only_what_the_action_takes(tmp_path):
    inputs = yaml.safe_load(ACTION.read_text())["inputs"]
    shown = [block for block in blocks("yaml") if "jobs:" in block]
    assert shown
    for number, block in enumerate(shown):
        file = tmp_path / f"{number}.yml"
        file.write_text(block)
        read_by("check_jsonschema", "--builtin-schema", "vendor.github-workflows", file)
        steps = [step for job in yaml.safe_load(block)["jobs"].values() for step in job["steps"]]
        (ours,) = [step for step in steps if "newsroom-kg" in step.get("uses", "")]
        assert set(ours["with"]) <= set(inputs)


def test_the_action_uses_others_only_at_a_commit():
    used = USES.findall(ACTION.read_text())

    assert used
    assert [one for one in used if not re.fullmatch(r"[\w./-]+@[0-9a-f]{40}", one)] == []


def test_no_script_of_the_action_has_an_expression_in_its_text():
    steps = yaml.safe_load(ACTION.read_text())["runs"]["steps"]

    assert [step["name"] for step in steps if "${{" in step.get("run", "")] == []


@pytest.fixture
def act(hooked_wiki):
    """Run the last step of the action as a runner does, with inputs by name."""
    action = yaml.safe_load(ACTION.read_text())
    step = action["runs"]["steps"][-1]
    shim = hooked_wiki / "temp dir/newsroom-kg/bin/kg"
    shim.parent.mkdir(parents=True)
    shim.write_text(f'#!/bin/sh\nexec {sys.executable} -c "{ENTRY[2]}" "$@"\n')
    shim.chmod(shim.stat().st_mode | stat.S_IXUSR)

    def run(**given):
        inputs = {name: one["default"] for name, one in action["inputs"].items()} | given
        named = {
            name: re.sub(r"\$\{\{ inputs\.([\w-]+) \}\}", lambda match: inputs[match[1]], value)
            for name, value in step["env"].items()
        }
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("KG_", "GITHUB_"))}
        return subprocess.run(
            ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", "-c", step["run"]],
            cwd=hooked_wiki, capture_output=True, text=True, timeout=120, check=False,
            env={**kept, **named, "RUNNER_TEMP": str(hooked_wiki / "temp dir"), "GITHUB_STEP_SUMMARY": str(hooked_wiki / "s.md")},
        )  # fmt: skip

    return run


def test_the_action_annotates_fails_and_writes_sarif(act, hooked_wiki):
    done = act(wiki="the wiki", profile="newsroom", sarif="out file.sarif")

    assert done.returncode == 1, done.stderr
    assert "::error file=the wiki/sources/a.md,line=7,col=7," in done.stdout
    assert "link-dangling" in (hooked_wiki / "s.md").read_text()
    assert json.loads((hooked_wiki / "out file.sarif").read_text())["runs"][0]["results"]


def test_the_action_passes_what_a_baseline_knows(act, hooked_wiki):
    store = hooked_wiki / "kept"
    kg("-q", "--store", store, "ingest", "the wiki", cwd=hooked_wiki, code=0)
    kg(
        "--store", store, "validate", "--profile", "newsroom", "--baseline", "known.jsonl", "--update-baseline",
        cwd=hooked_wiki, code=0,
    )  # fmt: skip
    done = act(wiki="the wiki", profile="newsroom", baseline="known.jsonl", **{"fail-on": "info"})

    assert (done.returncode, "::error" in done.stdout) == (0, False), done.stdout + done.stderr


def test_the_action_that_is_used_wrongly_is_no_success_and_no_finding(act):
    assert act(wiki="the wiki", sarif="out.sarif", profile="nobody").returncode == 2
    assert act(wiki="no such folder").returncode == 2


# ---- .ci/run ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def bare_machine(tmp_path):
    """A machine with Python and git alone; what `.ci/run` calls is written down with the variables that it gave."""
    programs = tmp_path / "bin"
    programs.mkdir()
    for name in ("bash", "dirname", "env"):
        (programs / name).symlink_to(shutil.which(name))
    told = tmp_path / "told.txt"

    def has(name, code=0):
        file = programs / name
        file.write_text(f'#!/bin/bash\necho "{name} $* ${{DEBIAN_FRONTEND-}} ${{KG_CI-}}" >> {told}\nexit {code}\n')
        file.chmod(0o755)

    def run():
        done = subprocess.run(
            ["bash", ROOT / ".ci/run"],
            env={"PATH": str(programs)},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        return done, told.read_text().splitlines() if told.exists() else []

    has("python3")
    has("git")
    has("sudo")
    (programs / "sudo").write_text('#!/bin/bash\nshift\nexec "$@"\n')
    return has, run


def test_ci_installs_what_is_missing_and_tells_the_tests_that_nothing_may_be(bare_machine):
    has, run = bare_machine
    has("apt-get")
    has("make")
    done, told = run()

    assert done.returncode == 0, done.stderr
    called = [line for line in told if not line.startswith("python3")]
    assert called[0].startswith("apt-get update ")
    assert called[1].startswith("apt-get install -y ")
    assert {"chromium", "fonts-dejavu-core", "noninteractive"} <= {*called[1].split()}
    assert "python3-venv" not in called[1]
    assert called[2:] == [f"make {goal} noninteractive 1" for goal in ("check", "demo", "test", "test-full")]


def test_ci_installs_nothing_where_all_is_there(bare_machine):
    has, run = bare_machine
    has("chromium")
    has("virtuoso-t")
    has("make")
    has("apt-get", code=1)
    done, told = run()

    assert done.returncode == 0, done.stderr
    assert not any(line.startswith("apt-get") for line in told)


@pytest.mark.parametrize("apt", [100, None])
def test_where_nothing_can_be_installed_ci_ends_before_it_tests(bare_machine, apt):
    has, run = bare_machine
    has("make")
    if apt:
        has("apt-get", code=apt)
    done, told = run()

    assert done.returncode == (apt or 1)
    assert (
        apt
        or done.stderr
        == ".ci/run: not installed, and no apt-get to do it: chromium fonts-dejavu-core virtuoso-opensource-7-bin\n"
    )
    assert not any(line.startswith("make") for line in told)
