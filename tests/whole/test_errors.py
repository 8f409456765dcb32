"""docs/errors.md: its words are those of the program, a command provokes each, and none of store and ingest is missing."""

import ast
import fcntl
import os
import re
import shutil
import socket
from pathlib import Path

import pytest
from support.commands import kg

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "docs/errors.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| ``(.+?) ?`` \| .* \| (\d) \|$", re.MULTILINE)
SLOT = re.compile("⟨[^⟩]*⟩")
RARE = dict(ROW.findall(TEXT.partition("## Rare ones")[2]))
COMMON = dict(ROW.findall(TEXT.partition("## Rare ones")[0]))
BIG = "".join(f"- [fact] [[Tea]] — says a thing of number {number}\n" for number in range(30))


def fixed(words):
    """The parts of documented words that are always the same, quotation marks and blanks at their ends left out."""
    return [part.strip(" '\"") for part in SLOT.split(words) if len(part.strip(" '\":;,.()`")) > 2]


def literals(tree):
    return [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)]


def source(*rooms):
    for room in rooms or [""]:
        for path in sorted((ROOT / "kg" / room).rglob("*.py")):
            yield ast.parse(path.read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def said(once_in_a_run):
    """Every text in the program."""
    return once_in_a_run(b"texts of the program", lambda: [text for tree in source() for text in literals(tree)])


@pytest.mark.parametrize("words", [*COMMON, *RARE])
def test_the_words_of_an_error_stand_in_the_program(words, said):
    # A message may be put together of two texts, the second of which is advice.
    pieces = [piece for part in fixed(words) for piece in re.split("; |: ", part) if len(piece) > 3]

    assert [piece for piece in pieces if not any(piece.strip("'\" ") in text for text in said)] == []


@pytest.mark.parametrize("room", ["store", "ingest", "operations"])
def test_every_error_that_a_room_raises_is_on_the_page(room):
    plain = TEXT.replace("``", "")
    missing = []
    for tree in source(room):
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "KgError" and node.args:
                longest = max((text.strip(" ;:'(\"") for text in literals(node.args[0])), key=len, default="")
                if len(longest) > 3 and longest.strip("'") not in plain:
                    missing.append(longest)

    assert missing == []


@pytest.fixture(scope="module")
def ingested_once(tmp_path_factory):
    """A wiki that is ingested, and the folder that it stands in."""
    place = tmp_path_factory.mktemp("small")
    (place / "wiki/sources").mkdir(parents=True)
    (place / "wiki/Tea.md").write_text("# Tea\n")
    (place / "wiki/sources/report.md").write_text(f"---\ntitle: R\ntype: source\n---\n\n## Key Claims\n\n{BIG}")
    kg("ingest", place / "wiki", cwd=place, code=0)
    return place


@pytest.fixture
def small_wiki(ingested_once, tmp_path):
    """A copy of it: a store beside its wiki goes where that goes."""
    return Path(shutil.copytree(ingested_once, tmp_path, dirs_exist_ok=True))


def provoked(start):
    """Name a function as the one that provokes the errors whose words begin so, slots as ⟨⟩."""

    def keep(function):
        PROVOKED[start] = function
        return function

    return keep


PROVOKED = {}


def asks(start, *args):
    PROVOKED[start] = lambda place: kg(*args, cwd=place)


asks("⟨⟩: no store here", "--store", "none", "stats")
asks("which wiki?", "--store", "none", "ingest")
asks("⟨⟩: no such folder", "--store", "none", "ingest", "nowhere")
asks("⟨⟩: no generation", "stats", "--at", "77")
asks("⟨⟩: generation ⟨⟩ is the current", "rollback", "1")
asks("nothing is inferred", "query", "claims", "--inferred")
asks("⟨⟩: no such file or folder in", "validate", "nowhere.md")
asks("⟨⟩: no such file; `kg init`", "--config", "none.toml", "stats")
asks("unknown profile", "validate", "--profile", "nowsroom")
asks("unknown dialect", "dev", "page", "wiki/Tea.md", "--dialect", "nowsroom")
asks("there is no rule", "rules", "claim-grad")
asks("not a SPARQL query", "query", "-e", "SELECT ?x {")
asks("unknown query", "query", "claimz")
asks("nothing in this wiki", "query", "claims-about", "--about", "Tee")
asks("--as-of: expected", "query", "claims", "--as-of", "2026-02-30")
asks("what was inferred rests", "query", "claims", "--as-of", "2026-02-03", "--inferred")
asks("⟨⟩, and ⟨⟩ stands for", "query", "claims", "-o", "x.ttl")
asks("--⟨⟩: unknown ⟨⟩", "query", "claims", "--grade", "facts")
asks("--⟨⟩: no connection", "query", "connections", "--relation", "devours")
asks("⟨⟩ is no page", "why", "Tee.md")
asks("⟨⟩ is in", "why", "says a thing of number")
asks("⟨⟩: neither stated", "why", "report", "nr:contradicts", "Tea")
asks("⟨⟩ would reach", "query", "-e", "SELECT * { SERVICE <http://x.example/> { ?s ?p ?o } }")
asks("⟨⟩: no such file; name a file with a graph", "import", "none.ttl")
asks("no import ⟨⟩", "import", "--remove", "none")
asks("--name ⟨⟩: write", "import", "none.ttl", "--name", "A")
asks("imports are of no day", "query", "claims", "--imported", "--as-of", "2026-02-03")
asks("⟨⟩: lies in the wiki", "export", "--shards", "2", "--out", "wiki/shards")
asks("⟨⟩: holds '⟨⟩', which is no shard", "export", "--shards", "2", "--out", ".kg")
asks("--out ⟨⟩: cannot be reached", "export", "--shards", "2", "--out", "nowhere://shards")
asks("⟨⟩: no other process", "export", "--shards", "2", "--out", "memory://shards", "--jobs", "2")
asks("⟨⟩: no such file; name a page", "dev", "page", "none.md")
asks("⟨⟩: is no file; name a page", "dev", "page", "wiki")
asks("⟨⟩ is no name of a rule", "dev", "new-rule", "Tea")
asks("⟨⟩: no clone", "dev", "new-rule", "tea-hot")
asks("⟨⟩: names no endpoint", "publish")
asks("⟨⟩ is no address", "publish", "--to", "example.org")
asks("⟨⟩: an address holds", "publish", "--to", "https://ann:word@example.org/query")
asks("⟨⟩: cannot be reached", "publish", "--to", "http://127.0.0.1:9/query")
asks("the call took longer", "mcp", "--timeout", "0.2", "--call", "query", "--arguments",
     '{"sparql": "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"}')  # fmt: skip
asks("the query took longer", "query", "--timeout", "0.2", "-e",
     "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }")  # fmt: skip


asks("⟨⟩: others can ask", "serve", "--host", "192.0.2.1")
asks("--write: whoever", "serve", "--write")
asks("--allow-write: whoever", "mcp", "--http", "--allow-write")
asks("⟨⟩: no token", "serve", "--token-file", "none")


@provoked("⟨⟩: store.⟨⟩: credentials")
def has_a_password_in_kg_toml(folder):
    (folder / "kg.toml").write_text('wiki = "wiki"\n[store]\nendpoint = "https://example.org/query"\npassword = "x"\n')
    return kg("publish", cwd=folder)


@provoked("⟨⟩: credentials are sent")
def sends_a_token_in_the_clear(folder):
    return kg("publish", "--to", "http://192.0.2.1/query", cwd=folder, KG_ENDPOINT_TOKEN="word")  # noqa: S106  # of this test


@provoked("⟨⟩: its character ⟨⟩")
def sends_a_token_with_the_end_of_a_line(folder):
    return kg("publish", "--to", "http://127.0.0.1:9/query", cwd=folder, KG_ENDPOINT_TOKEN="word\r")  # noqa: S106  # of this test


@provoked("⟨⟩: cannot listen")
def serves_where_another_listens(folder):
    with socket.create_server(("127.0.0.1", 0)) as other:
        return kg("serve", "--port", other.getsockname()[1], cwd=folder)


@provoked("⟨⟩: expected a token")
def serves_with_a_short_token(folder):
    return kg("serve", cwd=folder, KG_SERVE_TOKEN="short")  # noqa: S106  # of this test


@provoked("⟨⟩: it is younger")
def asks_why_of_what_is_younger(folder):
    (folder / "wiki/sources/late.md").write_text("---\ntitle: L\ntype: source\nscraped: 2026-02-03\n---\n\nLate.\n")
    kg("ingest", "wiki", cwd=folder, code=0)
    return kg("why", "late", "--as-of", "2026-01-01", cwd=folder)


@provoked("⟨⟩:⟨⟩: ⟨⟩")
def no_query_of_ones_own(place):
    (place / "ask").mkdir()
    (place / "ask/mine.rq").write_text("# mine: my own\nSELECT ?x {\n")
    (place / "kg.toml").write_text('wiki = "wiki"\nqueries = "ask"\n')
    return kg("query", "mine", cwd=place)


@provoked("⟨⟩: no such folder; `queries`")
def no_queries_of_ones_own(place):
    (place / "kg.toml").write_text('wiki = "wiki"\nqueries = "ask"\n')
    return kg("query", "claims", cwd=place)


@provoked("no page of this wiki is about")
def speaker_without_page(place):
    (place / "wiki/sources/more.md").write_text(
        "---\ntype: source\n---\n\n## Key Claims\n\n- [fact] Ada Example — says\n"
    )
    (place / "ask").mkdir()
    (place / "ask/of.rq").write_text("# of: of a page\n# param page (page): one\nSELECT ?p { $page ?p ?o }\n")
    (place / "kg.toml").write_text('wiki = "wiki"\nqueries = "ask"\n')
    kg("ingest", cwd=place, code=0)
    return kg("query", "of", "--page", "Ada Example", cwd=place)


@provoked("⟨⟩: the store is damaged")
def no_head(place):
    (place / ".kg/HEAD").unlink()
    return kg("stats", cwd=place)


@provoked("the store is damaged: its manifest")
def no_pages(place):
    (file,) = (place / ".kg/generations").glob("*/pages/*.db")
    file.chmod(0o644)
    file.write_bytes(b"\xff" * file.stat().st_size)
    return kg("query", "claims-about", "--about", "Tea", cwd=place)


@provoked("⟨⟩: this store holds")
def another_wiki(place):
    (place / "other").mkdir()
    (place / "other/x.md").write_text("# X\n")
    (place / "other/kg.toml").write_text('wiki = "."\n')
    return kg("--store", ".kg", "ingest", "other", cwd=place)


@provoked("⟨⟩: not in")
def outside(place):
    (place / "other").mkdir()
    return kg("ingest", "other", cwd=place)


@provoked("⟨⟩: made by another version")
def another_format(place):
    (file,) = (place / ".kg/generations").glob("*/manifest.json")
    file.chmod(0o644)
    file.write_text(re.sub(r'"format": ?\d+', '"format": 1', file.read_text()))
    return kg("stats", cwd=place)


@provoked("⟨⟩: ⟨⟩ is writing")
def held(place):
    with (place / ".kg/lock").open("r+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        return kg("ingest", cwd=place)


@provoked("⟨⟩: cannot be written")
def no_folder(place):
    (place / "file").write_text("")
    return kg("--store", "file", "ingest", "wiki", cwd=place)


@provoked("⟨⟩: no Markdown page")
def no_page(place):
    (place / "empty").mkdir()
    return kg("--store", "none", "ingest", "empty", cwd=place)


@provoked("⟨⟩: its base IRI")
def mixed(place):
    kg("export", "--format", "nquads", "-o", "mine.nq", cwd=place, code=0)
    return kg("import", "mine.nq", cwd=place)


@provoked("⟨⟩: says of no wiki")
def nameless(place):
    (place / "x.ttl").write_text("<https://x.example/a> a <https://x.example/B> .")
    return kg("import", "x.ttl", cwd=place)


@provoked("⟨⟩: RDF/XML")
def of_xml(place):
    (place / "x.rdf").write_text("<a/>")
    return kg("import", "x.rdf", cwd=place)


@provoked("⟨⟩: ⟨⟩ is no ending")
def of_html(place):
    (place / "x.html").write_text("<a/>")
    return kg("import", "x.html", cwd=place)


@provoked("⟨⟩: is gone since")
def deleted(place):
    page = place / "wiki/sources/report.md"
    page.unlink()
    change = (
        "DELETE { GRAPH ?g { ?c nr:epistemicType nr:fact } } INSERT { GRAPH ?g { ?c nr:epistemicType nr:analysis } } "
        "WHERE { GRAPH ?g { ?c nr:epistemicType nr:fact } }"
    )
    return kg("update", "--write", "-e", change, cwd=place)


@provoked("stopped, nothing was written")
def shrank(place):
    (place / "wiki/sources/report.md").write_text("# R\n")
    return kg("ingest", cwd=place)


@provoked("⟨⟩:⟨⟩:1: changed since")
def edited(place):
    page = place / "wiki/sources/report.md"
    page.write_text(page.read_text() + "\nMore.\n")
    change = (
        "DELETE { GRAPH ?g { ?c nr:epistemicType nr:fact } } INSERT { GRAPH ?g { ?c nr:epistemicType nr:analysis } } "
        "WHERE { GRAPH ?g { ?c nr:epistemicType nr:fact } }"
    )
    return kg("update", "--write", "-e", change, cwd=place)


def of_config(text):
    def run(place):
        (place / "kg.toml").write_text(text)
        return kg("--config", "kg.toml", "stats", cwd=place)

    return run


PROVOKED["⟨⟩: not TOML"] = of_config("wiki =\n")
PROVOKED["⟨⟩: unknown key"] = of_config('wikki = "wiki"\n')
PROVOKED["⟨⟩: prefixes.⟨⟩: expected"] = of_config('[prefixes]\nex = "no iri"\n')
PROVOKED["⟨⟩: ⟨⟩: expected"] = of_config("wiki = 3\n")


@provoked("⟨⟩: it is there already")
def there(place):
    (place / "kg.toml").write_text("")
    return kg("init", cwd=place)


@provoked("there is a rule")
def taken(place):
    (place / "shapes").mkdir()
    (place / "tests/cases").mkdir(parents=True)
    return kg("dev", "new-rule", "claim-grade", cwd=place)


@provoked("⟨⟩ cannot be evaluated")
def no_function(place):
    return kg("query", "-e", "SELECT (<https://x.example/f>(1) AS ?x) {}", cwd=place)


@provoked("line ⟨⟩, column ⟨⟩: ⟨⟩ needs a text behind it")
def no_words_to_match(place):
    return kg("query", "-e", "SELECT * { ?claim nr:matches ?words }", cwd=place)


@provoked("⟨⟩: another process writes shards there")
def shards_written_by_two(place):
    (place / "shards").mkdir()
    handle = os.open(place / "shards", os.O_RDONLY)
    fcntl.flock(handle, fcntl.LOCK_EX)
    done = kg("export", "--shards", "2", "--out", "shards", cwd=place)
    os.close(handle)
    return done


@provoked("⟨⟩: holds '⟨⟩', which no export of ours wrote")
def folder_of_somebody(place):
    return kg("export", "--format", "html", "-o", place / "wiki", cwd=place)


@provoked("query ⟨⟩ names no page")
def answer_without_pages(place):
    (place / "tea.rq").write_text("ASK { ?claim nr:epistemicType ?grade }\n")
    return kg("export", "--format", "html", "-o", "site", "--query", "tea.rq", cwd=place)


@provoked("no page is about ⟨⟩ or names it")
def topic_that_a_list_names(place):
    (place / "wiki/index.md").write_text("# Index\n\n- [[Coffee]]\n")
    kg("ingest", place / "wiki", cwd=place, code=0)
    return kg("export", "--format", "html", "-o", "site", "--topic", "Coffee", cwd=place)


@provoked("⟨⟩: '⟨⟩' was edited since `kg export` wrote it")
def folder_edited_by_hand(place):
    made = place.parent / f"{place.name}-site"
    kg("export", "--format", "html", "-o", made, cwd=place, code=0)
    (made / "index.html").write_text("mine", encoding="utf-8")
    return kg("export", "--format", "html", "-o", made, cwd=place)


@provoked("only claims have a grade")
def grade_of_no_claim(place):
    return kg("search", "tea", "--in", "quotes", "--grade", "fact", cwd=place)


@provoked("the update writes into no graph")
def no_graph(place):
    return kg("update", "-e", 'INSERT DATA { <urn:new> nr:label "x" }', cwd=place)


@provoked("⟨⟩ could be of")
def of_two_pages(place):
    for name in ("a", "b"):
        page = "---\ntype: source\n---\n\n## Key Claims\n\n- [fact] Ada Lee — says\n"
        (place / f"wiki/sources/{name}.md").write_text(page, encoding="utf-8")
    kg("ingest", "wiki", cwd=place, code=0)
    return kg(
        "update", "-e", 'INSERT { ?a nr:label "x" } WHERE { ?c nr:claimant ?a ; nr:saidByText "Ada Lee" }', cwd=place
    )


@provoked("refused, as an expression fails")
def failing(place):
    words = "DELETE { ?c nr:markup ?m } INSERT { ?c nr:markup ?n } WHERE { ?c a nr:Claim ; nr:markup ?m BIND(CONCAT(?m, 1) AS ?n) }"
    return kg("update", "-e", words, cwd=place)


SEVERAL = "# {0}: one\n# output: generated/{1}\n# ask: claims\n{2}"


def with_block(page, name="blocks.md"):
    """Return what asks for the live blocks of a page to be written."""

    def run(place):
        (place / "wiki" / name).write_bytes(page.encode("utf-8") if isinstance(page, str) else page)
        kg("ingest", "wiki", cwd=place, code=0)
        return kg("render", "--write", cwd=place)

    return run


def with_kinds(*kinds, template="x\n"):
    """Return what asks for the pages of some kinds, each a name, an output and more of its header."""

    def run(place):
        (place / "own").mkdir()
        for kind in kinds:
            (place / f"own/{kind[0]}.rq").write_text(SEVERAL.format(*kind))
            (place / f"own/{kind[0]}.j2").write_text(template)
        (place / "kg.toml").write_text('wiki = "wiki"\n[pages]\nfolder = "own"\n')
        chosen = [word for kind in kinds for word in ("--kind", kind[0])]
        return kg("render", "--check", "--only", "generated", *chosen, cwd=place)

    return run


PROVOKED["⟨⟩: this live block is never closed"] = with_block("<!-- kg:query claims -->\n")
PROVOKED["⟨⟩: there is no format"] = with_block("<!-- kg:query claims format=tabel -->\n<!-- kg:end -->\n")
PROVOKED["⟨⟩: the file is not UTF-8"] = with_block(
    "<!-- kg:query claims format=list -->\n<!-- kg:end -->\n\nCafé\n".encode("latin-1")
)
asks("there is no kind of pages", "render", "--check", "--kind", "indx")
PROVOKED["⟨⟩: ⟨⟩ and another kind"] = with_kinds(("a", "one.md", ""), ("b", "one.md", ""))


@provoked("⟨⟩: ⟨⟩ and another kind of pages write AUTO:⟨⟩")
def one_block_of_two_kinds(place):
    (place / "own").mkdir()
    for name in ("a", "b"):
        (place / f"own/{name}.rq").write_text(
            f"# {name}: x\n# auto: ONE\n# each: topic\nSELECT ?topic {{ ?page foaf:primaryTopic ?topic }}\n"
        )
        (place / f"own/{name}.j2").write_text("x\n")
    (place / "kg.toml").write_text('wiki = "wiki"\n[pages]\nfolder = "own"\n')
    (place / "wiki/Tea.md").write_text("<!-- AUTO:ONE BEGIN -->\n<!-- AUTO:ONE END -->\n")
    kg("ingest", cwd=place, code=0)
    return kg("render", "--check", "--kind", "a", "--kind", "b", cwd=place)


PROVOKED["⟨⟩: an author's page has this name"] = with_kinds(("a", "Tea.md", ""))
PROVOKED["⟨⟩:⟨⟩: more than"] = with_kinds(
    ("a", "one.md", ""), template="{% set x = '0123456789' * 1 %}{% for a in rows %}{% for b in rows %}{% for c in rows %}{% for d in rows %}"
    "{{ '0123456789012345678901234567890123456789' }}{% endfor %}{% endfor %}{% endfor %}{% endfor %}\n".replace("{% set x = '0123456789' * 1 %}", ""),
)  # fmt: skip
PROVOKED["⟨⟩:⟨⟩: budget: expected"] = with_kinds(("a", "one.md", "# budget: much\n"))
PROVOKED["⟨⟩: budget: in ⟨⟩ there is no room"] = with_kinds(("a", "one.txt", "# budget: 1 bytes\n"))
PROVOKED["⟨⟩:⟨⟩: auto:"] = with_kinds(("a", "one.txt", "# auto: STATS\n"))


@provoked("query ⟨⟩ gives no rows")
def no_rows(place):
    (place / "ask").mkdir()
    (place / "ask/yes.rq").write_text("# yes: whether there are claims\nASK { ?claim a nr:Claim }\n")
    (place / "kg.toml").write_text('wiki = "wiki"\nqueries = "ask"\n')
    return with_block("<!-- kg:query yes -->\n<!-- kg:end -->\n")(place)


OF_PAGES = [
    words
    for words in RARE
    if re.search(
        "live block|no format|kind of pages|AUTO|author's page|more than ⟨n⟩ char|not UTF-8 and|no rows|budget", words
    )
]


def of(words):
    bare = SLOT.sub("⟨⟩", words)
    fitting = [start for start in PROVOKED if bare.startswith(start)]
    return PROVOKED[max(fitting, key=len)] if fitting else None


@pytest.mark.parametrize("words", [*COMMON, *OF_PAGES])
def test_a_command_says_what_the_page_says_and_exits_as_it_says(words, small_wiki):
    pattern = ".+".join(re.escape(part.strip("'")) for part in SLOT.split(words))
    provoke = of(words)
    assert provoke is not None, "no command here provokes it"

    done = provoke(small_wiki)

    assert re.search(pattern, done.stderr), done.stderr
    assert done.returncode == int({**COMMON, **RARE}[words])
    assert [line for line in done.stderr.split("\n") if line.startswith("kg: ")]


def test_an_error_of_ours_names_a_report(small_wiki, monkeypatch, capsys):
    from kg import cli

    monkeypatch.chdir(small_wiki)
    monkeypatch.setattr(cli.commands, "main", lambda **_: 1 / 0)
    with pytest.raises(SystemExit) as ended:
        cli.main(["stats"])

    said = capsys.readouterr().err
    assert ended.value.code == int(RARE[next(words for words in RARE if words.startswith("an error of ours"))])
    report = Path(re.search(r"an error of ours: .+; a report for the makers is in (.+)\n", said)[1])
    assert "ZeroDivisionError" in report.read_text()
    report.unlink()
