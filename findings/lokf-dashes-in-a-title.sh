#!/usr/bin/env bash
# Three dashes inside a quoted title: the front matter ends there.
#
# Packages  lokf 0.8.0, PyYAML 6.0.3 (Python)
# Seen      2026-11-28
# Expected  YAML 1.2, section 9.1.2: `---` is a mark where it begins a line; inside a quoted scalar it is text. The Open
#           Knowledge Format asks for front matter that parses, and this does.
# Happens   lokf cuts the file at the first two `---` wherever they stand: the head ends within the title, where it is no YAML
#           any more, and the page is lost with an error of the YAML reader.
# Matters   Titles of articles have such dashes. Whoever writes a bundle spells them `\x2d--` between double quotes.
. "$(dirname "${BASH_SOURCE[0]}")/_lib.sh"
python_with lokf==0.8.0 PyYAML==6.0.3

cat >dashes.md <<'MD'
---
type: Reference
title: "Tea --- a history"
---
Tea is old.
MD
sed 's/ --- / \\x2d-- /' dashes.md >spelled.md
python >got <<'PY'
import yaml
from lokf.parse import parse_concept

for name in ("dashes.md", "spelled.md"):
    head = open(name).read().split("\n---\n")[0]
    try:
        page = parse_concept(name)
        said = " ".join(str(page.get(key)) for key in ("type", "title"))
    except Exception as error:
        said = f"{type(error).__module__.split('.')[0]} {type(error).__name__}"
    print(f"{name} | PyYAML: {yaml.safe_load(head)['title']} | lokf: {said}")
PY

same_as_seen <<'SEEN'
dashes.md | PyYAML: Tea --- a history | lokf: yaml ScannerError
spelled.md | PyYAML: Tea --- a history | lokf: Reference Tea --- a history
SEEN
