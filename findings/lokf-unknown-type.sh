#!/usr/bin/env bash
# A concept of a type that the validator does not know, or with a key of its own: no valid bundle.
#
# Packages  lokf 0.8.0, linkml 1.12.1 (Python)
# Seen      2026-11-28
# Expected  OKF 0.2: a page with front matter and a type is a concept; nobody may refuse a bundle for types, keys or links that
#           are unknown. lokf's own schema says of `type` that readers must tolerate unknown values.
# Happens   `lokf validate` passes only the types and keys of its schema. A concept "Data Contract" fails, and so does a
#           Reference with one more key.
# Matters   Every wiki has types of its own. It passes with a schema that adds one class for all of them (docs/okf.md); without
#           it the exit code says whether a bundle is written for lokf, not whether it is one.
. "$(dirname "${BASH_SOURCE[0]}")/_lib.sh"
python_with 'lokf[build]==0.8.0' linkml==1.12.1

concept() { # NAME LINE ...: a bundle of one page, with these lines of front matter
	mkdir -p "$1"
	{
		echo "---"
		printf '%s\n' "${@:2}"
		printf -- '---\nTides are measured.\n'
	} >"$1/tides.md"
	lokf validate "$1" >"$1.said" 2>&1 && code=0 || code=$?
	echo "$1: exit $code" "$(grep -oE "isn't a class this schema declares|'team' was unexpected" "$1.said" | head -n 1)"
}
{
	concept known-type 'type: Reference' 'title: Tides'
	concept unknown-type 'type: Data Contract' 'title: Tides'
	concept unknown-key 'type: Reference' 'title: Tides' 'team: harbour'
} | sed 's/ *$//' >got

same_as_seen <<'SEEN'
known-type: exit 0
unknown-type: exit 1 isn't a class this schema declares
unknown-key: exit 1 'team' was unexpected
SEEN
