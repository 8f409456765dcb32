#!/usr/bin/env bash
# A link to 11 January opens 1 November, and code samples about links are rewritten.
#
# Packages  mkdocs-roamlinks-plugin 0.3.2 with mkdocs 1.6.1 (Python)
# Seen      2026-11-27
# Expected  `[[name]]` opens name.md, perhaps whatever the letter case and with a blank for a hyphen; a name that no page has
#           is a warning; what stands in code is text.
# Happens   Hyphens, underscores and blanks are taken out of both names before they are compared, so that the days
#           2025-1-11 and 2025-11-1 are one, and C3 is C-3. Of several pages that fit the last one that the file system
#           lists is opened. The pattern runs over the text of the page, so inline code and code blocks are changed, too.
# Matters   A broken link to a day, a version or a model becomes a link to another, without a warning. Separators mean
#           something between digits; a wiki that goes through such a build must be checked before it, not after.
. "$(dirname "${BASH_SOURCE[0]}")/_lib.sh"
python_with mkdocs==1.6.1 mkdocs-roamlinks-plugin==0.3.2

mkdir docs
printf 'site_name: x\nplugins: [roamlinks]\n' >mkdocs.yml
echo 'Storm.' >docs/2025-11-1.md
echo 'A machine.' >docs/C-3.md
cat >docs/index.md <<'MD'
# Links

day: [[2025-1-11]]

model: [[C3]]

code: `[[C3]]`

unknown: [[C++]]
MD

quietly mkdocs build --quiet
grep -oE '(day|model|code|unknown): .*</p>' site/index.html >got

same_as_seen <<'SEEN'
day: <a href="2025-11-1/">2025-1-11</a></p>
model: <a href="C-3/">C3</a></p>
code: <code>[C3](&lt;./C-3.md&gt;)</code></p>
unknown: [[C++]]</p>
SEEN
