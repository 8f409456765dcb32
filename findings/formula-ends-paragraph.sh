#!/usr/bin/env bash
# A displayed formula inside a sentence: whether the sentence stays one paragraph depends on the Markdown reader.
#
# Packages  mdit-py-plugins 0.7.0 with markdown-it-py 4.3.0, mistune 3.4.0, pymdown-extensions 13.1.2 with Markdown
#           3.11.3, html5lib 1.1 (Python), markdown-it-texmath 1.0.0 and @vscode/markdown-it-katex 1.1.2 with
#           markdown-it 15.0.3, remark-math 6.0.0 with remark-rehype 11.1.2 and rehype-stringify 10.0.1 (JavaScript)
# Seen      2026-11-28
# Expected  A formula between two dollar signs inside a sentence is a part of the sentence: the paragraph goes on after it.
#           HTML allows only phrasing content in a paragraph; a parser ends it at the start of a block.
# Happens   Four of six write a block into the paragraph (div, div, section, and a second p). Whoever parses that has the
#           words after the formula outside of any paragraph; a reader of the HTML as text sees nothing wrong.
# Matters   A tool that takes sentences, claims or footnotes from the paragraphs of rendered Markdown loses what stands
#           after the formula. A site that writes such pages shows them in the style of no paragraph. Write a span and give
#           it the look of a block.
. "$(dirname "${BASH_SOURCE[0]}")/_lib.sh"
python_with mdit-py-plugins==0.7.0 markdown-it-py==4.3.0 mistune==3.4.0 pymdown-extensions==13.1.2 Markdown==3.11.3 html5lib==1.1
node_with markdown-it@15.0.3 markdown-it-texmath@1.0.0 katex@0.16.22 @vscode/markdown-it-katex@1.1.2 \
	remark@15.0.1 remark-math@6.0.0 remark-rehype@11.1.2 rehype-stringify@10.0.1

# shellcheck disable=SC2016
printf '%s\n' 'The loss is $$a+b$$ where *a* is known.' >page.md

node --input-type=module - >javascript.json <<'JS'
import { readFileSync } from 'node:fs'
import MarkdownIt from 'markdown-it'
import texmath from 'markdown-it-texmath'
import katex from 'katex'
import vscode from '@vscode/markdown-it-katex'
import { remark } from 'remark'
import math from 'remark-math'
import rehype from 'remark-rehype'
import stringify from 'rehype-stringify'

const page = readFileSync('page.md', 'utf8')
const plugin = vscode.default ?? vscode
console.log(JSON.stringify({
  'markdown-it-texmath': MarkdownIt().use(texmath, { engine: katex, delimiters: 'dollars' }).render(page),
  '@vscode/markdown-it-katex': MarkdownIt().use(plugin, { katex }).render(page),
  'remark-math': String(await remark().use(math).use(rehype).use(stringify).process(page)),
}))
JS

python - >got <<'PY'
import json
import re

import html5lib
import markdown
import mistune
from markdown_it import MarkdownIt
from mdit_py_plugins.dollarmath import dollarmath_plugin

page = open("page.md").read()
readers = {
    "mdit-py-plugins": MarkdownIt().use(dollarmath_plugin, double_inline=True).render(page),
    "mistune": mistune.create_markdown(plugins=["math"])(page),
    "pymdown-extensions": markdown.markdown(page, extensions=["pymdownx.arithmatex"]),
    **json.load(open("javascript.json")),
}
for name, html in readers.items():
    body = html5lib.parse(html, namespaceHTMLElements=False).find("body")
    last = next(one for one in body.iter() if one.tag == "em")
    around = next((one.tag for one in body.iter("p") if last in list(one.iter())), "no paragraph")
    tag = re.search(r"is\s*(?:</p>)?\s*(<[a-z]+|\$\$)", html)
    print(name.ljust(26), (tag[1] if tag else "other").ljust(8), "the words after it stand in", around)
PY

same_as_seen <<'SEEN'
mdit-py-plugins            <div     the words after it stand in no paragraph
mistune                    <div     the words after it stand in no paragraph
pymdown-extensions         other    the words after it stand in p
markdown-it-texmath        <section the words after it stand in no paragraph
@vscode/markdown-it-katex  <p       the words after it stand in no paragraph
remark-math                <code    the words after it stand in p
SEEN
