"""Pages that nobody wrote: any order of the pieces that pages are made of."""

from hypothesis import strategies as st

# Pieces that a page is made of, whole and broken: what random bytes would never find by themselves.
PIECES = [
    "---\n", "...\n", "title: x\n", "type: source\n", 'title: "a: b"\n', "tags: [a, b]\n", "tags:\n  - a\n  - b\n", "a: &x 1\nb: *x\n",
    "published: 2025-19-39\n", "k: |\n  a\n\n  b\n", "# comment\n", "? a\n: b\n", "a: [\n", "\t", "key:value\n", "key:  two \n", "'q': 1\n",
    "# H\n", "## Key Claims\n", "## Key Quotes\n", "## Connections\n", "## Path\n", "##  Summary ##\n", "### x\n", "#\n", "## [[a|b]]\n",
    "- [fact] [[A]] — text\n", "- [fact]  [[A]] — text\n", "- [UI] who, role — x [[b#c|d]]\n", "* [analysis] a -- b\n", "- [fact] — x\n", "- x\n",
    "- [fact]\n", "  - nested\n", "1. [[A]] — note\n", "01. x\n", "- ★ **2024-01-02** [[s]] — event\n", "- **2024** x\n", "- **C** — [[A]] · [[B]]\n",
    "- cites: [[A]] — x\n", "- part-of：[[x]]\n", "- rel → [[X]]\n", '- cites: [[A]], [[B]] ON "x" — y\n', "- **[[A]]** (b) — c\n", "- [[A]]\n",
    '> "q" — [[A]], b\n', '> "q" — A — B\n', "> “x” — y\n", "> no\n", ">\n", '>"x"— y\n', "> - x\n",
    "```\n", "```py\n", "~~~\n", "    ```\n", "`[[x]]`", "``", "<!--", "-->", "<!-- AUTO:X BEGIN -->\n", "<!-- AUTO:X END -->\n", "$$", "$a$",
    "| a | b |\n|---|---|\n| [[x\\|y]] | z |\n", "[[", "]]", "[[x.pdf]](y.md)", "![[x]]", "[[#h]]", "[[|x]]", "[[]]", "[[a#b|c|d]]", "[[^x]]",
    "\n", "\r\n", "\r", " ", "  \n", "\x00", "\u2028", "\u0085", "\ufeff", "\u200b", "\u00a0", "\x0b", "\x0c", "\x1f", "\ufffe", "\U0001f600", "é", "e\u0301",
    "- **Lead**: x (inferred)\n", "- (F) Ann: y\n", "- **B:** c [L2].\n", "- x (opinion)\n", "## Contradictions\n", "- None detected.\n",
    "- Contradicts [[A]] on x\n", "- cites [[A]] (b) — c\n", "## 核心论点\n", "status: fact\n", "- `rel` [[A]]\n", "- [[A]] (b)\n  c\n",
    "Dr. X. Y is 3. [[B]] A! 中文。また。", "\\", '"', "'", "—", " — ", ":", "text ", "---", "***\n", "===\n", "---\n---\n",
]  # fmt: skip
texts = st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=6)), max_size=24).map("".join)
