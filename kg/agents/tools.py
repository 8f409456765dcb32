"""The tools by their names, and the worker's side of a call: a record of JSON within the budget."""

from collections.abc import Callable, Mapping
from typing import Any

from kg.agents import edits, finds, lists, questions
from kg.agents.budget import FEWEST, MOST, TOKENS, Record, dumped
from kg.agents.tool_call import ToolCall
from kg.model import declared
from kg.model.kg_error import KgError
from kg.serve.jobs import Done, Jobs

Tool = Callable[[ToolCall], Record]
READING: Mapping[str, Tool] = {
    "schema": questions.schema,
    "search": finds.search,
    "topic": finds.topic,
    "claims": lists.claims,
    "quotes": lists.quotes,
    "why": finds.why,
    "path": finds.path,
    "contradictions": lists.contradictions,
    "stale": lists.stale,
    "findings": questions.findings,
    "query": questions.ask,
    "context": finds.context,
    "page": finds.page,
}
WRITING: Mapping[str, Tool] = {"propose_edit": edits.propose, "fix": edits.fixes, "apply": edits.apply}
_RESOURCES: Mapping[str, Tool] = {"whole_page": finds.whole_page}


class Tools(Jobs):
    """The jobs of a worker that answers agents: a tool or a resource, on the generation that is current."""

    def do(self, job: Mapping[str, Any], text: str) -> Done:  # noqa: ARG002  # the arguments stand in the head
        """Return what a tool gives, as JSON; KgError for what a person did, Refused for what is beyond a limit."""
        generation, its_stamp = self.opened()
        arguments = job["arguments"]
        most = arguments.get("tokens") or job.get("tokens", TOKENS)
        if not FEWEST <= most <= MOST:
            raise KgError(f"tokens: expected {FEWEST:,} to {MOST:,}, found {most:,}")
        call = ToolCall(arguments, generation, self.setting, most, its_stamp.tag)
        tool = {**READING, **WRITING, **_RESOURCES}[job["tool"]]
        return Done(dumped(tool(call)).encode("utf-8", "backslashreplace"), "tool", "json", its_stamp)


def ontology() -> str:
    """Return the ontology, in Turtle."""
    return (declared.folder("ontology") / "newsroom.ttl").read_text(encoding="utf-8")
