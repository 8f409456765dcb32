"""A check at an endpoint: what every rule finds in the generation that was published there."""

from collections.abc import Callable, Iterable

from kg.check import profiles, validate
from kg.model.finding import Finding, KgError
from kg.operations import check_wiki
from kg.operations.check_wiki import AS_CONFIGURED, Checked, Options
from kg.remote_check import check_at_store
from kg.remote_check.check_at_store import CheckAtStore, Shared
from kg.remote_check.questions import NotThere, Questions
from kg.remote_check.remote_quads import RemoteQuads
from kg.settings.kg_toml import Config
from kg.store.reading import Reading


def check(
    questions: Questions,
    generation: Reading,
    config: Config,
    hear: Callable[[Shared], None],
    options: Options = AS_CONFIGURED,
    more: Iterable[Finding] = (),
) -> Checked:
    """
    Return what every rule finds at an endpoint, with the files that the generation could not take and `more` findings.

    `questions` ask it, within its dialect. `hear` is told what was asked of the store and what was checked here.
    KgError where it cannot be asked, or for a profile, shapes or a baseline that cannot be used.
    """
    remote = RemoteQuads(questions, generation.base)
    at_store = CheckAtStore(remote)
    try:
        report = validate.validate(
            check_at_store.as_store(remote),
            generation.base,
            profiles.chosen(config, generation.head.profile, name=options.profile),
            options.shapes,
            (*generation.head.findings, *more),
            source=at_store.raw,
            root=generation.root,
        )
    except NotThere as error:
        raise KgError(
            f"{questions.endpoint.address.query}: cannot be asked what a check needs: {error}", code=1
        ) from None
    hear(at_store.shared())
    return check_wiki.of_report(generation, report, config, options)
