# shellcheck shell=bash
# Sourced by each finding: a temporary folder to work in, pinned packages, a comparison with what was seen.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

quietly() { # runs a command; its output is shown only where it fails
	"$@" >install.log 2>&1 || {
		cat install.log >&2
		exit 2
	}
}

python_with() { # PACKAGE==VERSION ...: a fresh environment, its python first on the path
	quietly python3 -m venv venv
	quietly venv/bin/python -m pip install --quiet --disable-pip-version-check "$@"
	PATH=$work/venv/bin:$PATH
	export PYTHONHASHSEED=0 PYTHONWARNINGS=ignore
}

node_with() { # PACKAGE@VERSION ...: a fresh node_modules
	echo '{"private": true, "type": "module"}' >package.json
	quietly npm install --silent --no-audit --no-fund --ignore-scripts --save-exact "$@"
}

same_as_seen() { # compares the file `got` with standard input
	cat >seen
	if diff -u --label seen seen --label now got; then
		echo "same as seen"
	else
		exit 1
	fi
}
