#!/usr/bin/env bash
# One uncertain date, two libraries, two different stretches of time.
#
# Packages  edtf 5.0.2 (Python), edtf 4.11.1 (JavaScript)
# Seen      2026-11-27
# Expected  EDTF is a standard (ISO 8601-2, and the Library of Congress's text with levels 0 to 2) and both libraries
#           read these strings as valid; whoever asks for the earliest and the latest day of the same string gets the
#           same two days, or the open end is said to be open.
# Happens   A season (21 to 24) is three months from March on in Python, and its winter is the December of that year
#           alone; in JavaScript it is a quarter of the calendar, so spring ends with March. An unknown start ("/2004")
#           is some ten years earlier in Python and null in JavaScript, which arithmetic reads as 1970. A set whose last
#           member is a range ends with that range's first year in JavaScript: 1670 where the text says 1672.
# Matters   "Spring 2024" of a page sorts, overlaps and falls due differently in the builder and in the browser. Keep
#           the text of the date, state the bounds as triples of one's own rule, and let nobody derive them a second
#           time.
. "$(dirname "${BASH_SOURCE[0]}")/_lib.sh"
python_with edtf==5.0.2
node_with edtf@4.11.1

cat >dates <<'TXT'
2024-21
2024-24
/2004
../2004
{1667,1668,1670..1672}
TXT

{
	python - <<'PY'
from edtf import parse_edtf


def day(moment):
    return moment if isinstance(moment, float) else "{:04}-{:02}-{:02}".format(*moment[:3])


for text in open("dates").read().split():
    date = parse_edtf(text)
    print("python    ", text, day(date.lower_strict()), day(date.upper_strict()))
PY
	node --input-type=module - <<'JS'
import { readFileSync } from 'node:fs'
import edtf from 'edtf'

const day = (ms) => (Number.isFinite(ms) ? new Date(ms).toISOString().slice(0, 10) : String(ms))
for (const text of readFileSync('dates', 'utf8').trim().split('\n')) {
  const date = edtf(text)
  console.log('javascript', text, day(date.min), day(date.max))
}
JS
} >got

same_as_seen <<'SEEN'
python     2024-21 2024-03-01 2024-05-31
python     2024-24 2024-12-01 2024-12-31
python     /2004 1994-12-31 2004-12-31
python     ../2004 -inf 2004-12-31
python     {1667,1668,1670..1672} 1667-01-01 1672-12-31
javascript 2024-21 2024-01-01 2024-03-31
javascript 2024-24 2024-10-01 2024-12-31
javascript /2004 null 2004-12-31
javascript ../2004 -Infinity 2004-12-31
javascript {1667,1668,1670..1672} 1667-01-01 1670-12-31
SEEN
