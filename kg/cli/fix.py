"""`kg fix`."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kg.cli import interrupt, session
from kg.store.reading import Reading

if TYPE_CHECKING:
    from kg.write.fix import Fixed


@click.command("fix")
@click.argument("paths", nargs=-1)
@click.option("--rule", "only", multiple=True, metavar="RULE", help="Only the findings of this rule; may be repeated.")
@click.option("--write", "writing", is_flag=True, help="Write the pages, then ingest them.")
@click.option("--profile", help="The levels of the rules: newsroom, lenient, or a .toml file (default: kg.toml's).")
@click.option("--json", "as_json", is_flag=True, help="Say it as JSON.")
@click.pass_context
def command(ctx: click.Context, /, paths: tuple[str, ...], **options: Any) -> None:  # noqa: ANN401  # the options above
    """
    Show what certain fixes would change as a diff, and exit 1 if there is any; --write writes the pages.

    A fix is certain where every editor would make it unseen; other findings say in words what would be right. PATHS
    are files or folders of the wiki.
    """
    from kg.operations.check_wiki import Options, check_wiki
    from kg.write import fix, sparql_update

    read = session.reading(ctx)
    root = session.root_to_write(ctx, read) if options["writing"] else read.root
    session.warn_if_stale(ctx, read)
    config, _ = session.settings(ctx)
    chosen = Options(profile=options["profile"], within=session.in_paths(read, paths))
    with interrupt.working(ctx, read.folder):
        checked = check_wiki(read, config, chosen)
    _refuse_unknown(options["only"], {rule.name for rule in checked.report.rules})
    wanted = [one for one in checked.judged.findings if one.rule in (options["only"] or (one.rule,))]
    fixed = fix.fix(read.quads, wanted, session.known_dialect(config, read.folder))
    diffs = {page.path: sparql_update.diff(page) for page in fixed.pages}
    generation = _write(ctx, root, read, fixed) if options["writing"] and fixed.pages else None
    if options["as_json"]:
        listed = [{"path": path, "diff": diff.decode("utf-8", "backslashreplace")} for path, diff in diffs.items()]
        rules = [f"{one.span}: {one.rule}" for one in fixed.findings]
        click.echo(
            json.dumps({"pages": listed, "findings": rules, "generation": generation}, ensure_ascii=False, indent=1)
        )
    else:
        session.write(b"".join(diffs.values()), None)
        session.say(ctx, _summary(fixed, generation))
    ctx.exit(1 if fixed.pages and generation is None else 0)


def _refuse_unknown(names: tuple[str, ...], rules: set[str]) -> None:
    for rule in names:
        if rule not in rules:
            raise click.BadParameter(f"there is no rule '{rule}' in this profile", param_hint="--rule")


def _write(ctx: click.Context, root: Path, reading: Reading, fixed: "Fixed") -> int:
    """Write the pages and ingest them; return the number of the new generation."""
    from kg.ingest import ingest
    from kg.write import replace_files

    config, _ = session.settings(ctx)
    replace_files.replace_all(root, fixed.pages)
    only = [page.path for page in fixed.pages]
    done = ingest.ingest(reading.folder, root, config, session.known_dialect(config, reading.folder), only=only)
    return done.generation.number if done.generation else 0


def _summary(fixed: "Fixed", generation: int | None) -> str:
    if not fixed.pages:
        return "nothing to fix for certain"
    findings = f"{len(fixed.findings)} finding{'' if len(fixed.findings) == 1 else 's'}"
    pages = f"{len(fixed.pages)} page{'' if len(fixed.pages) == 1 else 's'}"
    later = f"; {fixed.left} more overlap with these: run `kg fix` again" if fixed.left else ""
    if generation is None:
        return f"{findings} would be mended on {pages}{later}; nothing is written without --write"
    return f"{findings} mended on {pages}, generation {generation}{later}"
