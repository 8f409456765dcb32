"""The comments between which a query writes the lines of a page, and the one that says so of a whole page."""

import re

QUERY = re.compile(r" {0,3}<!--[ \t]*kg:query(?![\w-])(?P<words>(?:(?!-->).)*)-->[ \t]*$")
END = re.compile(r" {0,3}<!--[ \t]*kg:end[ \t]*-->[ \t]*$")
PAGE = re.compile(r"<!-- kg:page (?P<kind>[\w-]+) (?P<digest>[0-9a-f]{16})(?: (?:(?!-->).)*)?-->[ \t]*$")
LIKE = re.compile(r"[ \t>*+-]*<!--[ \t]*kg:(?:query|end)(?![\w-])")
