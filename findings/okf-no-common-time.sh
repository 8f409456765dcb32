#!/usr/bin/env bash
# No stale_after is right for both readers of the Open Knowledge Format.
#
# Packages  lokf 0.8.0, linkml 1.12.1, fastokf 0.1.0 (Python)
# Seen      2026-11-28
# Expected  OKF 0.2 as of August 2026: stale_after is a date-time with an offset, and a day alone is to be ignored. Neither is
#           a reason to refuse the page.
# Happens   fastokf refuses the page with a day alone. `lokf validate` refuses the page with the date-time, since its schema
#           has days there. No third way of writing it is a time.
# Matters   The text of 0.2 was tightened in place, so the version number does not say which a tool means. A bundle that
#           both must take has no stale_after; kg reads both and says which it met.
. "$(dirname "${BASH_SOURCE[0]}")/_lib.sh"
python_with 'lokf[build]==0.8.0' linkml==1.12.1 fastokf==0.1.0

for time in 2026-12-31 2026-12-31T00:00:00Z; do
	mkdir "$time"
	printf -- '---\ntype: Reference\nstale_after: %s\n---\nTides are measured.\n' "$time" >"$time/tides.md"
	lokf validate "$time" >said 2>&1 && lokf=accepted || lokf=refused
	python -c 'import sys, fastokf; fastokf.parse(open(sys.argv[1]).read())' "$time/tides.md" >said 2>&1 && fastokf=accepted || fastokf=refused
	echo "$time | lokf validate: $lokf | fastokf: $fastokf"
done >got

same_as_seen <<'SEEN'
2026-12-31 | lokf validate: accepted | fastokf: refused
2026-12-31T00:00:00Z | lokf validate: refused | fastokf: accepted
SEEN
