#!/usr/bin/env bash
# The same brackets open another page: TiddlyWiki puts the words first, in Markdown tiddlers too.
#
# Packages  tiddlywiki 5.4.1 (npm), with its Markdown plugin
# Seen      2026-11-27
# Expected  [[Setup|Cost Report]] is the page Setup, as in Obsidian, Foam and Quartz; what follows # is a heading; of two
#           bars the first parts name and words; [words](Other) is the note Other.
# Happens   The link opens "Cost Report". All behind the first bar is the title, further bars and # included; with
#           nothing behind the bar the words are the title. [words](Other) leaves the wiki, [words](#Other) is the page.
# Matters   Read the other way round, each link of a migrated wiki whose words are a page's name is a wrong edge that
#           no check can see. Which program writes the wiki must be known before a single link is read.
. "$(dirname "${BASH_SOURCE[0]}")/_lib.sh"
node_with tiddlywiki@5.4.1

cat >links.mjs <<'JS'
import tiddlywiki from "tiddlywiki";

const $tw = tiddlywiki.TiddlyWiki();
$tw.boot.argv = ["+plugins/tiddlywiki/markdown"];
$tw.boot.boot();
for (const text of ["[[Setup|Cost Report]]", "[[a|b|Target]]", "[[x|]]", "[[T#h]]", "[w](Other)", "[w](#Other)"]) {
	const html = $tw.wiki.renderText("text/html", "text/markdown", text);
	const [, kind] = html.match(/class="(tc-tiddlylink(?:-external)?)/);
	const [, href] = html.match(/href="([^"]*)"/);
	console.log(`${text}  ${kind === "tc-tiddlylink" ? "page" : "address"}  ${decodeURIComponent(href)}`);
}
JS
node links.mjs >got

same_as_seen <<'SEEN'
[[Setup|Cost Report]]  page  #Cost Report
[[a|b|Target]]  page  #b|Target
[[x|]]  page  #x
[[T#h]]  page  #T#h
[w](Other)  address  Other
[w](#Other)  page  #Other
SEEN
