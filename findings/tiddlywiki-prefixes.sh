#!/usr/bin/env bash
# In TiddlyWiki a link to news:today leaves the wiki, and a picture becomes a heading.
#
# Packages  tiddlywiki 5.4.1 (JavaScript)
# Seen      2026-11-27
# Expected  `[[title]]` opens the tiddler of that title, `[[words|title]]` too with other words; a colon in a title is as good as any
#           character. `![[pic.png]]`, as other wikis write it, is at worst an exclamation mark before a link. A
#           backslash before the brackets makes text of them.
# Happens   A target that begins with news:, data:, file:, ftp:, irc:, skype:, mailto: or obsidian: is an external address, even
#           where a tiddler has this title; podcast: and person: are titles. `![[pic.png]]` is a heading of the
#           first level with a link in it. A backslash changes nothing.
# Matters   Namespaces are safe but for eight words. A wiki that is brought over loses its `news:` and `data:` pages, gets a
#           heading for every picture, and links where it quoted the syntax.
. "$(dirname "${BASH_SOURCE[0]}")/_lib.sh"
node_with tiddlywiki@5.4.1

cat >render.cjs <<'JS'
const $tw = require('tiddlywiki').TiddlyWiki()
$tw.boot.argv = ['--version']
const lines = []
$tw.boot.boot(() => {
  for (const title of ['news:today', 'data:schema', 'podcast:Tides', 'pic.png', 'Page'])
    $tw.wiki.addTiddler({ title, text: 'Here.' })
  for (const text of ['[[news:today]]', '[[words|data:schema]]', '[[podcast:Tides]]', '[[words|Page]]', '![[pic.png]]', '\\[[Page]]'])
    lines.push(`${text}  ${$tw.wiki.renderText('text/html', 'text/vnd.tiddlywiki', text).replace(/ (rel|target)="[^"]*"/g, '')}`)
  require('fs').writeFileSync('got', lines.join('\n') + '\n')
})
JS
quietly node render.cjs

same_as_seen <<'SEEN'
[[news:today]]  <p><a class="tc-tiddlylink-external" href="news:today">news:today</a></p>
[[words|data:schema]]  <p><a class="tc-tiddlylink-external" href="data:schema">words</a></p>
[[podcast:Tides]]  <p><a class="tc-tiddlylink tc-tiddlylink-resolves" href="#podcast%3ATides">podcast:Tides</a></p>
[[words|Page]]  <p><a class="tc-tiddlylink tc-tiddlylink-resolves" href="#Page">words</a></p>
![[pic.png]]  <h1 class=""><a class="tc-tiddlylink tc-tiddlylink-resolves" href="#pic.png">pic.png</a></h1>
\[[Page]]  <p>\<a class="tc-tiddlylink tc-tiddlylink-resolves" href="#Page">Page</a></p>
SEEN
