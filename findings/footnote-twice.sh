#!/usr/bin/env bash
# Two notes with one label: which source a claim has depends on the Markdown reader.
#
# Packages  mdit-py-plugins 0.7.0 with markdown-it-py 4.3.0, Markdown 3.11.3, marko 2.2.4, mistune 3.4.0 (Python),
#           markdown-it-footnote 4.0.0 with markdown-it 15.0.3, remark-gfm 4.0.1 with remark 15.0.1 (JavaScript)
# Seen      2026-11-27
# Expected  CommonMark, section 4.7: of several link reference definitions with one label the first one counts.
#           Footnotes are an extension of the same form that no specification describes, and one would expect the same
#           rule in all.
# Happens   The last definition counts in four of six, the first in two; none of them says that there were two.
# Matters   When two pages or two edits are merged, both bring a [^1]. The claim then has one source for one reader and
#           another for the next, and one source is nowhere. A wiki's parser must report the second definition, not
#           choose.
. "$(dirname "${BASH_SOURCE[0]}")/_lib.sh"
python_with mdit-py-plugins==0.7.0 markdown-it-py==4.3.0 Markdown==3.11.3 marko==2.2.4 mistune==3.4.0
node_with markdown-it@15.0.3 markdown-it-footnote@4.0.0 remark@15.0.1 remark-gfm@4.0.1 remark-html@16.0.1

cat >page.md <<'MD'
Water boils at 100 degrees.[^1]

[^1]: The first report.

[^1]: The second report.
MD

{
	python - <<'PY'
import re

import markdown
import marko
import mistune
from markdown_it import MarkdownIt
from mdit_py_plugins.footnote import footnote_plugin

READERS = {
    "mdit-py-plugins": MarkdownIt().use(footnote_plugin).render,
    "Markdown": lambda text: markdown.markdown(text, extensions=["footnotes"]),
    "marko": marko.Markdown(extensions=["footnote"]).convert,
    "mistune": mistune.create_markdown(plugins=["footnotes"]),
}
for name, render in READERS.items():
    print(name.ljust(20), *re.findall(r"The \w+ report", render(open("page.md").read())))
PY
	node --input-type=module - <<'JS'
import { readFileSync } from 'node:fs'
import MarkdownIt from 'markdown-it'
import footnote from 'markdown-it-footnote'
import { remark } from 'remark'
import gfm from 'remark-gfm'
import html from 'remark-html'

const page = readFileSync('page.md', 'utf8')
const show = (name, text) => console.log(name.padEnd(20), ...text.match(/The \w+ report/g))
show('markdown-it-footnote', MarkdownIt().use(footnote).render(page))
show('remark-gfm', String(await remark().use(gfm).use(html).process(page)))
JS
} >got

same_as_seen <<'SEEN'
mdit-py-plugins      The second report
Markdown             The second report
marko                The second report
mistune              The first report
markdown-it-footnote The second report
remark-gfm           The first report
SEEN
