"""`kg rules`."""

import json
from pathlib import Path
from typing import Any

import click

from kg.cli import session


@click.command("rules")
@click.argument("rule", required=False)
@click.option("--profile", help="The levels to show: newsroom, lenient, or a .toml file (default: kg.toml's).")
@click.option(
    "--shapes", multiple=True, type=click.Path(path_type=Path), help="More shapes (Turtle), with their rules."
)
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.option("--write", type=click.Path(path_type=Path), help="Write the manual, a page a rule, into this folder.")
@click.option(
    "--cases", type=click.Path(path_type=Path), default="tests/cases", show_default=True,
    help="The pages that the manual's examples are taken from.",
)  # fmt: skip
@click.pass_context
def command(ctx: click.Context, /, **options: Any) -> None:  # noqa: ANN401  # the options above, as click hands them
    """List the rules with their levels, or show RULE's manual page: why, how to mend, examples, how to silence."""
    from kg.check import profiles
    from kg.operations import rule_pages

    config, folder = session.settings(ctx)
    usual = session.known_dialect(config, folder).profile
    found = rule_pages.manuals(profiles.chosen(config, usual, name=options["profile"]), options["shapes"])
    if options["write"]:
        changed = rule_pages.write(options["write"], rule_pages.pages(found, options["cases"]))
        session.say(ctx, f"{options['write']}: {len(found):,} rules, changed: {', '.join(changed) or 'nothing'}")
    elif options["rule"]:
        manual = rule_pages.one(found, options["rule"])
        text = rule_pages.written(manual)
        record = {**rule_pages.record(manual), "manual": text}
        click.echo(json.dumps(record, ensure_ascii=False, indent=1) if options["as_json"] else text.rstrip("\n"))
        session.say(ctx, f"here: {manual.level}")
    elif options["as_json"]:
        click.echo(json.dumps([rule_pages.record(one) for one in found], ensure_ascii=False, indent=1))
    else:
        click.echo(rule_pages.table(found), nl=False)
