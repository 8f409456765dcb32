#!/usr/bin/env bash
# Whether a name can be a wikilink depends on its vowels.
#
# Packages  Markdown 3.11.3 (Python), its own extension `wikilinks`
# Seen      2026-11-27
# Expected  `[[name]]` is a link for every name that a page can have, in every script; at least for all words of a language or
#           for none.
# Happens   The pattern takes letters, digits, blanks, "_" and "-". In Python's `\w` a combining mark is no letter, so the
#           Hindi word for salt is a link and the one for heart, with its vowel sign, stays brackets; so do Thai
#           and Tamil words with marks, and a Latin name that is written with combining accents, though not the same
#           name in its composed form. Nor are GPT-4.1, C++ or folder/page.
# Matters   Links of half a wiki vanish without a message, by the spelling of each name. A tool that checks links with `\w`
#           calls such pages unlinked; the class of a name's characters is letters, marks and digits.
. "$(dirname "${BASH_SOURCE[0]}")/_lib.sh"
python_with Markdown==3.11.3

python >got <<'PY'
import unicodedata

import markdown

NAMES = ("नमक", "दिल", "มด", "ป้า", "படம்", "Zoë", unicodedata.normalize("NFD", "Zoë"), "GPT-4", "GPT-4.1", "C++", "folder/page")
for name in NAMES:
    html = markdown.markdown(f"[[{name}]]", extensions=["wikilinks"])
    marks = sum(unicodedata.category(sign)[0] == "M" for sign in name)
    print(ascii(name), f"{marks} marks" if marks else "", "link" if "<a " in html else "no link")
PY

same_as_seen <<'SEEN'
'\u0928\u092e\u0915'  link
'\u0926\u093f\u0932' 1 marks no link
'\u0e21\u0e14'  link
'\u0e1b\u0e49\u0e32' 1 marks no link
'\u0baa\u0b9f\u0bae\u0bcd' 1 marks no link
'Zo\xeb'  link
'Zoe\u0308' 1 marks no link
'GPT-4'  link
'GPT-4.1'  no link
'C++'  no link
'folder/page'  no link
SEEN
