#!/usr/bin/env bash
# The remark plugin for wikilinks splits at a colon, not at a bar.
#
# Packages  remark-wiki-link 2.0.1 with remark-parse 11.0.0 and unified 11.0.5 (JavaScript)
# Seen      2026-11-27
# Expected  `[[Page|words]]` opens Page and shows words, as in Obsidian, Foam, MediaWiki; in gollum and TiddlyWiki it is the
#           other way round. A colon belongs to the name: it is how namespaces are written.
# Happens   Without options the divider is ":": `[[podcast:Tides]]` opens the page podcast and shows Tides, and
#           `[[Page|words]]` opens a page of that whole name. Nothing is reported. The heading of `[[Page#Part]]` is a part of
#           the name as well.
# Matters   A wiki with namespaces loses all of them in one build: every episode opens one page. Sites that are built
#           with it read the same links in another way than the editor in which they were written.
. "$(dirname "${BASH_SOURCE[0]}")/_lib.sh"
node_with remark-wiki-link@2.0.1 remark-parse@11.0.0 unified@11.0.5 unist-util-visit@5.0.0

node --input-type=module >got <<'JS'
import { unified } from 'unified'
import parse from 'remark-parse'
import { visit } from 'unist-util-visit'
import { wikiLinkPlugin } from 'remark-wiki-link'

const reader = unified().use(parse).use(wikiLinkPlugin)
for (const link of ['[[Page|words]]', '[[podcast:Tides]]', '[[person:Ada:Countess]]', '[[Page#Part]]'])
  visit(reader.runSync(reader.parse(link)), 'wikiLink', (node) =>
    console.log(`${link} opens "${node.value}", shows "${node.data.alias}"`))
JS

same_as_seen <<'SEEN'
[[Page|words]] opens "Page|words", shows "Page|words"
[[podcast:Tides]] opens "podcast", shows "Tides"
[[person:Ada:Countess]] opens "person", shows "Ada:Countess"
[[Page#Part]] opens "Page#Part", shows "Page#Part"
SEEN
