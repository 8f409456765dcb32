#!/usr/bin/env bash
# Nothing can be added to a date, but taken from one.
#
# Packages  pyoxigraph 0.5.13 (Python)
# Seen      2026-11-28
# Expected  XPath's op:add-yearMonthDuration-to-date, which SPARQL engines take for `+`: 15 January and a month is 15
#           February, 31 January and a month the last of February; or that no arithmetic on dates is done at all.
# Happens   date + duration is an error, of months as of days, so BIND leaves the variable open and a filter drops the row;
#           date - duration gives the right day, also of a negative duration.
# Matters   "Forecasts that fall due within a month" has no row, "what was said within the last month" has them. Take away
#           a negative duration.
. "$(dirname "${BASH_SOURCE[0]}")/_lib.sh"
python_with pyoxigraph==0.5.13

python >got <<'PY'
import pyoxigraph

ASKED = (
    ("2026-01-15", "+", "P1M", "yearMonthDuration"),
    ("2026-01-31", "+", "P1M", "yearMonthDuration"),
    ("2026-03-31", "-", "P1M", "yearMonthDuration"),
    ("2026-01-15", "-", "-P1M", "yearMonthDuration"),
    ("2026-01-15", "+", "P31D", "dayTimeDuration"),
    ("2026-01-15", "-", "P31D", "dayTimeDuration"),
)
for day, sign, duration, kind in ASKED:
    text = f'SELECT (xsd:date("{day}") {sign} "{duration}"^^xsd:{kind} AS ?then) {{}}'
    rows = pyoxigraph.Store().query(text, prefixes={"xsd": "http://www.w3.org/2001/XMLSchema#"})
    then = next(rows)["then"]
    print(day, sign, duration, "is", then.value if then else None)
PY

same_as_seen <<'SEEN'
2026-01-15 + P1M is None
2026-01-31 + P1M is None
2026-03-31 - P1M is 2026-02-28
2026-01-15 - -P1M is 2026-02-15
2026-01-15 + P31D is None
2026-01-15 - P31D is 2025-12-15
SEEN
