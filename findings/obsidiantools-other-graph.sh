#!/usr/bin/env bash
# A vault's graph in Python lacks links that the vault follows, and says that pages do not exist which do.
#
# Packages  obsidiantools 0.11.0 (Python)
# Seen      2026-11-27
# Expected  The links of a vault as Obsidian follows them: a name in another letter case opens the page, so does the path
#           of a page in a folder, links in the values of properties count, and `[[Sea\|words]]` in a table is a link to
#           Sea.
# Happens   `[[sea]]` and `[[regions/North|…]]` are notes that do not exist, although Sea.md and regions/North.md do: a
#           page is known by its file name alone as long as that is the only one, so its own path leads nowhere. A
#           property with a link gives none. Only the link in the table is as in Obsidian.
# Matters   Orphans, backlinks and broken links that are counted with it are not the vault's: a page to which only paths
#           or properties lead is an orphan. Whoever compares two tools' counts compares two ideas of a name.
. "$(dirname "${BASH_SOURCE[0]}")/_lib.sh"
python_with obsidiantools==0.11.0

mkdir -p vault/regions
cat >vault/Start.md <<'MD'
---
about: "[[Tide]]"
---
[[Sea]], [[sea]], [[regions/North|the north]]

| place |
|---|
| [[Sea\|the same]] |
MD
echo Salt. >vault/Sea.md
echo Ebb. >vault/Tide.md
echo Cold. >vault/regions/North.md

python >got <<'PY'
from pathlib import Path

from obsidiantools.api import Vault

vault = Vault(Path("vault")).connect()
print("links of Start: ", *vault.get_wikilinks("Start"))
print("do not exist:   ", *sorted(vault.nonexistent_notes))
print("nothing leads to", *sorted(name for name in vault.md_file_index if not vault.get_backlinks(name)))
PY

same_as_seen <<'SEEN'
links of Start:  Sea sea regions/North Sea
do not exist:    regions/North sea
nothing leads to North Start Tide
SEEN
