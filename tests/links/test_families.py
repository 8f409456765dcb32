"""Link families: a small wiki of each is recognised, and each link opens the page that the family's own program opens."""

import json

import pytest
from pyoxigraph import Literal, NamedNode
from support.commands import kg
from support.pages import stored

from kg.files import walk
from kg.ingest.ingest import ingest
from kg.model.finding import KgError
from kg.operations import choose_dialect, recognize_links
from kg.rdf import names
from kg.settings import dialect
from kg.settings.kg_toml import Config
from kg.store import generations
from kg.store.reading import reading

LINKS = """
PREFIX nr: <https://w3id.org/newsroom-kg/ns#>
SELECT ?slug ?alias ?anchor ?resolution ?to WHERE {
  ?link a nr:Link ; nr:slug ?slug ; nr:resolution ?resolution
  OPTIONAL { ?link nr:alias ?alias } OPTIONAL { ?link nr:anchor ?anchor }
  OPTIONAL { ?link nr:target/nr:describedOn/nr:path ?to }
}"""


def write(root, files):
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")


def opened(tmp_path, files, **config):
    """Return what is said of a wiki, and what each of its links opens, as {slug: (path, resolution)}."""
    root = tmp_path / "wiki"
    write(root, files)
    chosen = choose_dialect.choose(Config(**config), "", lambda: walk.walk(root))
    ingest(tmp_path / "store", root, Config(**config), chosen.dialect)
    read = reading(tmp_path / "store")
    rows = read.quads.query(LINKS, use_default_graph_as_union=True)
    found = {(row["slug"] or Literal("")).value: row for row in rows}
    generations.release(tmp_path / "store")
    paths = {slug: row["to"].value if row["to"] else "" for slug, row in found.items()}
    return chosen, {slug: (paths[slug], row["resolution"].value) for slug, row in found.items()}


GOLLUM = {
    "_Sidebar.md": "[[Home]]\n",
    "_Footer.md": "[[the report|Cost Report]]\n",
    "Home.md": (
        "[[words|Cost Report]] [[Setup|the words]] [[cost report#Part]] [[logo.png|alt=Logo]] [[_TOC_]]"
        " [[site|https://example.org]] '[[Nobody]] [[include:FAQ]] [Cost](Cost-Report) [[C++]] [[A / B]] [[a|b|Setup]]\n"
    ),
    "Cost-Report.md": "# R\n\n## Part\n",
    "FAQ.markdown": "# F\n",
    "Setup.md": "[[Old Page]]\n",
    "Old-Page.mediawiki": "= O =\n",
    "C--.md": "# C\n",
    "logo.png": "",
}


def test_in_a_code_hosts_wiki_the_words_of_a_link_stand_first(tmp_path):
    chosen, found = opened(tmp_path, GOLLUM)

    assert chosen.said[1].startswith("links     gollum: _Footer.md")
    assert found == {
        "Home": ("Home.md", "strict"),
        "Cost Report": ("Cost-Report.md", "strict"),
        "the words": ("", "broken"),
        "cost report": ("Cost-Report.md", "lenient"),
        "logo.png": ("", "attachment"),
        "include:FAQ": ("FAQ.markdown", "strict"),
        "Cost-Report": ("Cost-Report.md", "strict"),
        "C++": ("C--.md", "lenient"),
        "A / B": ("", "broken"),
        "b": ("", "broken"),
        "Old Page": ("", "attachment"),
    }


def test_words_that_stand_first_are_recognised_by_the_links_alone(tmp_path):
    files = {"a.md": "[[the cost|Cost Report]] [[x|a]]\n", "Cost Report.md": "", "note.md": ""}

    chosen, found = opened(tmp_path, files)

    assert "2 links with a bar lead to a page only where the words come first" in chosen.said[1]
    assert found == {"Cost Report": ("Cost Report.md", "strict"), "a": ("a.md", "strict")}


def test_where_both_sides_of_a_bar_name_a_page_somebody_is_asked(tmp_path):
    chosen, found = opened(tmp_path, {"a.md": "[[Setup|Cost Report]]\n", "Setup.md": "", "Cost Report.md": ""})

    assert found == {"Setup": ("Setup.md", "strict")}
    assert 'such as [[Setup|Cost Report]] on a.md; read as [[page|words]] (links = "gollum"' in chosen.said[1]


DENDRON = {
    "dendron.yml": "version: 5\n",
    "root.md": (
        "[[Alpha|project.alpha]] [[project.alpha.notes|Notes]] [[T|project.alpha#heading]] [[Project.Alpha]]"
        " [[dendron://vault/user.ann]] [[alpha]]\n"
    ),
    "project.alpha.md": "",
    "project.alpha.notes.md": "",
    "user.ann.md": "",
}


def test_dendrons_notes_are_called_by_their_hierarchy(tmp_path):
    chosen, found = opened(tmp_path, DENDRON)

    assert chosen.said[1].startswith("links     dendron: dendron.yml")
    assert found == {
        "project.alpha": ("project.alpha.md", "strict"),
        "Notes": ("", "broken"),
        "Project.Alpha": ("project.alpha.md", "strict"),
        "dendron://vault/user.ann": ("user.ann.md", "strict"),
        "alpha": ("", "broken"),
    }


TIDDLERS = {
    "Home.md": "[[words|b|Target]] [[the tea|Tea]] [[T#h]] [[tea]] [[site|http://example.org]]\n",
    "Tea.md": "",
    "T#h.md": "",
    "More.tid": "title: More\n\ntext\n",
}


def test_a_tiddlers_title_is_all_behind_the_first_bar(tmp_path):
    chosen, found = opened(tmp_path, TIDDLERS)

    assert chosen.said[1].startswith("links     tiddlywiki: More.tid")
    assert found == {
        "b|Target": ("", "broken"),
        "Tea": ("Tea.md", "strict"),
        "T#h": ("T#h.md", "strict"),
        "tea": ("", "broken"),
    }


OBSIDIAN = {
    ".obsidian/app.json": "{}",
    "Note.md": "",
    "a/Note.md": "",
    "a/b/Deep.md": "---\nup: '[[Note]]'\nsee: before [[Hidden]] behind\n'[[Key]]': x\n---\n[[Note]] [[note|n]] [[Far]] [[Nick]]\n",
    "b/c/Far.md": "---\naliases: [Nick]\n---\n",
    "d/Far.md": "",
    "Links.md": "[y](My%20Note.md) [u](Unique) [w](a/note) [x](logo.png) [z](https://example.org/a)\n",
    "Sub/My Note.md": "",
    "Sub/Unique.md": "",
}


def test_obsidian_looks_every_link_up_in_the_whole_vault(tmp_path):
    chosen, found = opened(tmp_path, OBSIDIAN)

    assert chosen.said[1].startswith("links     obsidian: .obsidian")
    assert found == {
        "Note": ("Note.md", "strict"),
        "note": ("Note.md", "strict"),
        "Far": ("d/Far.md", "strict"),
        "Nick": ("", "broken"),
        "My%20Note.md": ("Sub/My Note.md", "strict"),
        "Unique": ("Sub/Unique.md", "strict"),
        "a/note": ("a/Note.md", "strict"),
    }


def test_without_a_sign_of_obsidian_its_markdown_links_are_asked_about(tmp_path):
    files = {path: text for path, text in OBSIDIAN.items() if path.startswith(("Links", "Sub"))}

    chosen, _ = opened(tmp_path, files)

    assert "2 Markdown links would lead to a page in Obsidian alone" in chosen.said[1]
    assert opened(tmp_path / "told", files, links="obsidian")[1]["Unique"] == ("Sub/Unique.md", "strict")


LOGSEQ = {
    "journals/2026_01_02.md": (
        "- [[a/b]] [[A/C]] [[Who?]] [[Real Title]] [[Nickname]] [[Jan 2nd, 2026]] [[2026_01_02]] [[file-x]] [[b]]"
        " [[a|words]]\n- [[C#]]\n"
    ),
    "pages/a___b.md": "alias:: Nickname, second name\n\n- text\n",
    "pages/a%2Fc.md": "",
    "pages/Who%3F.md": "",
    "pages/file-x.md": "title:: Real Title\n",
    "pages/a.md": "",
    "pages/C#.md": "",
}


def test_a_page_of_logseq_is_called_by_its_files_name_decoded_and_its_properties(tmp_path):
    chosen, found = opened(tmp_path, LOGSEQ)

    assert chosen.said[1].startswith("links     logseq: journals/2026_01_02.md beside pages/")
    assert found == {
        "a/b": ("pages/a___b.md", "strict"),
        "A/C": ("pages/a%2Fc.md", "strict"),
        "Who?": ("pages/Who%3F.md", "strict"),
        "Real Title": ("pages/file-x.md", "strict"),
        "Nickname": ("pages/a___b.md", "strict"),
        "Jan 2nd, 2026": ("journals/2026_01_02.md", "strict"),
        "2026_01_02": ("journals/2026_01_02.md", "strict"),
        "file-x": ("", "broken"),
        "b": ("", "broken"),
        "a|words": ("", "broken"),
        "C#": ("pages/C#.md", "strict"),
    }


def test_the_properties_of_a_page_of_logseq_are_facts_of_the_graph():
    store = stored(
        {"pages/x.md": b"title:: Real Title\nalias:: [[Nick]], other\n\n- text\n"},
        dialect_name=dialect.spelled("generic", "logseq", {}),
    )

    def said(term):
        return {quad.object.value for quad in store.quads_for_pattern(None, NamedNode(names.expand(term)), None)}

    assert said("dcterms:title") == said("schema:name") == {"Real Title"}
    assert said("skos:altLabel") == {"Nick", "other"}


@pytest.mark.parametrize(
    ("form", "name"),
    [
        ("yyyy-MM-dd", "2026-01-02"),
        ("yyyy_MM_dd", "2026_01_02"),
        ("EEE, MM/dd/yyyy", "Fri, 01/02/2026"),
        ("EEEE, dd.MM.yyyy", "Friday, 02.01.2026"),
        ("do MMMM yyyy", "2nd January 2026"),
        ("yyyy年MM月dd日", "2026年01月02日"),
        ("yyyyMMdd", "20260102"),
    ],
)
def test_a_journal_of_logseq_is_called_as_its_configuration_says_and_by_the_forms_that_always_hold(
    tmp_path, form, name
):
    edn = f';; :journal/page-title-format "yyyy"\n{{:journal/page-title-format "{form}"}}\n'
    page = f"- [[{name}]] [[Jan 2nd, 2026]] [[2026-01-02]] [[2026_01_02]] [[02/01/2026]]\n"
    chosen, found = opened(tmp_path, {"logseq/config.edn": edn, "journals/2026_01_02.md": page, "pages/a.md": ""})

    assert f"which calls a day {form}" in chosen.said[1]
    assert {slug for slug, (path, _) in found.items() if path} == {name, "Jan 2nd, 2026", "2026-01-02", "2026_01_02"}


def test_a_format_of_days_that_is_not_read_is_said(tmp_path):
    files = {"logseq/config.edn": '{:journal/page-title-format "E, w"}', "journals/2026_01_02.md": "- [[2026-01-02]]\n"}
    chosen, found = opened(tmp_path, files)

    assert (
        "note: logseq/config.edn calls days 'E, w', which is not read; journals are called MMM do, yyyy" in chosen.said
    )
    assert found["2026-01-02"][0] == "journals/2026_01_02.md"


def test_the_format_of_days_can_be_named_for_logseq_alone(tmp_path):
    files = {"journals/2026-01-02.md": "- [[Fri, 02-01-2026]]\n", "pages/a.md": ""}

    assert opened(tmp_path, files, links="logseq:EEE, dd-MM-yyyy")[1]["Fri, 02-01-2026"][0] == "journals/2026-01-02.md"
    with pytest.raises(KgError, match="links: unknown family 'foam:yyyy'"):
        opened(tmp_path / "foam", files, links="foam:yyyy")
    with pytest.raises(KgError, match=r"links\.journals"):
        opened(tmp_path / "odd", files, links="logseq:QQ")


def test_foam_takes_the_first_of_several_pages_and_quartz_none(tmp_path):
    pages = {
        "b/n.md": "[[x]] [[Only]] [[Title]]\n",
        "a/x.md": "",
        "b/x.md": "",
        "c/only.md": "---\ntitle: Title\n---\n",
    }

    _, foam = opened(tmp_path / "foam", {".vscode/foam.json": "{}", **pages})
    _, quartz = opened(tmp_path / "quartz", {"quartz.config.ts": "", **pages})

    assert foam == {"x": ("a/x.md", "strict"), "Only": ("c/only.md", "strict"), "Title": ("", "broken")}
    assert quartz == {"x": ("", "ambiguous"), "Only": ("", "broken"), "Title": ("", "broken")}


def test_what_is_recognised_is_kept_and_what_is_named_holds(tmp_path):
    write(tmp_path / "wiki", {"a.md": "[[words|b]] [[more|b]]\n", "b.md": ""})
    first = kg("ingest", "wiki", cwd=tmp_path, code=0)
    write(tmp_path / "wiki", {"c.md": "[[a|words]] [[b|words]] [[c|words]]\n"})

    again = kg("ingest", cwd=tmp_path, code=0)
    write(tmp_path, {"kg.toml": 'wiki = "wiki"\nlinks = "dialect"\n'})
    named = kg("ingest", cwd=tmp_path, code=0)

    assert "links     gollum: 2 links with a bar lead to a page only where the words come first" in first.stderr
    assert "links" not in again.stderr
    assert "mapped anew" not in again.stdout
    assert "every page is mapped anew: the dialect changed" in named.stdout


def test_a_family_that_is_not_known_is_refused_with_those_that_are(tmp_path):
    write(tmp_path, {"kg.toml": 'links = "golum"\n', "a.md": ""})

    done = kg("ingest", ".", cwd=tmp_path, code=2)

    assert "links: unknown family 'golum'; use one of auto, dialect, dendron, foam, gollum" in done.stderr


def test_a_fix_keeps_the_words_of_a_link_first(tmp_path):
    write(tmp_path, {"_Sidebar.md": "[[cost report]] [[w|cost report]]\n", "Cost-Report.md": ""})
    kg("ingest", ".", cwd=tmp_path, code=0)

    shown = kg("validate", "--show", "info", "--profile", "newsroom", cwd=tmp_path).stdout

    assert "write [[cost report|Cost-Report]]" in shown
    assert "write [[w|Cost-Report]]" in shown


# ---- Prefixes that stand for folders ---------------------------------------------------------------------------------

SPACES = {
    "index.md": "[[podcast:one]] [[podcast:two|Two]] [[person:ada]] [[wp:Tea]] [[note: x]]\n",
    "podcasts/one.md": "",
    "podcasts/two.md": "",
    "people/ada.md": "",
}


def test_prefixes_that_stand_for_folders_are_used_without_being_declared(tmp_path):
    chosen, found = opened(tmp_path, SPACES)

    assert chosen.said[1:] == (
        "namespace person: 1 of 1 names behind person: are pages in people/ (1 link)",
        "namespace podcast: 2 of 2 names behind podcast: are pages in podcasts/ (2 links)",
    )
    assert found == {
        "podcast:one": ("podcasts/one.md", "strict"),
        "podcast:two": ("podcasts/two.md", "strict"),
        "person:ada": ("people/ada.md", "strict"),
        "wp:Tea": ("", "broken"),
        "note: x": ("", "broken"),
    }


def test_init_proposes_prefixes_with_their_evidence(tmp_path):
    write(tmp_path, SPACES)

    kg("init", ".", cwd=tmp_path, code=0)
    written = (tmp_path / "kg.toml").read_text(encoding="utf-8")
    kg("ingest", ".", cwd=tmp_path, code=0)

    assert '# 2 of 2 names behind podcast: are pages in podcasts/ (2 links)\n"podcast" = "podcasts/"\n' in written
    assert json.loads(kg("stats", "--json", cwd=tmp_path, code=0).stdout)["links"]["broken"] == 2


def test_a_prefix_that_is_not_declared_is_left_out_in_what_was_meant(tmp_path):
    write(tmp_path, {**SPACES, "kg.toml": "namespaces = {}\n"})
    kg("ingest", ".", cwd=tmp_path, code=0)

    shown = kg("validate", cwd=tmp_path).stdout

    assert "did you mean [[one]]?" in shown
    assert "did you mean [[ada]]?" in shown


def test_the_name_of_a_page_with_a_colon_is_no_prefix(tmp_path):
    write(tmp_path, {"a.md": "[[note: x]]\n", "note: x.md": "", "notes/x.md": ""})

    assert recognize_links.recognize(walk.walk(tmp_path)).namespaces == {}


# ---- Several pages of one name, and counts ---------------------------------------------------------------------------


def test_of_several_pages_the_one_that_shares_the_nearest_folder_is_meant_as_lenient(tmp_path):
    twins = {f"{tongue}/{page}.md": "" for tongue in ("en", "ru") for page in ("c/y", "d/z")}
    files = {**twins, "en/a/b.md": "[[y]]\n", "ru/a.md": "[[z]]\n", "top.md": "[[q]]\n", "en/q.md": "", "ru/q.md": ""}

    _, found = opened(tmp_path, files)

    assert found == {"y": ("en/c/y.md", "lenient"), "z": ("ru/d/z.md", "lenient"), "q": ("", "ambiguous")}


def test_stats_and_ingest_count_links_alike_by_form_and_by_what_they_are(tmp_path):
    page = "---\nup: '[[b]]'\n---\n[x](b.md) [y](no.md) [[b]] [[nobody]] [[q]] [[B]]\n"
    write(tmp_path, {"a.md": page, "b.md": "", "x/q.md": "", "y/q.md": ""})

    done = json.loads(kg("ingest", ".", "--json", cwd=tmp_path, code=0).stdout)["changes"]
    found = json.loads(kg("stats", "--json", cwd=tmp_path, code=0).stdout)["links"]
    shown = kg("stats", cwd=tmp_path, code=0).stdout

    assert found["by_form"] == {
        "wikilink": {"strict": 1, "lenient": 1, "ambiguous": 1, "broken": 1},
        "markdown": {"strict": 1, "missing": 1},
        "field": {"strict": 1},
    }
    assert (found["total"], found["markdown"], found["front_matter"], found["ambiguous"]) == (4, 2, 1, 1)
    assert [done[kind]["added"] for kind in ("links", "markdown_links", "front_matter_links")] == [4, 2, 1]
    assert [" ".join(line.split()) for line in shown.splitlines() if "links" in line] == [
        "links 4 1 strict, 1 lenient, 1 ambiguous, 1 broken",
        "markdown links 2 1 strict, 1 missing",
        "front matter links 1 1 strict",
    ]


# ---- Templates -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "text", "said"),
    [
        ("templates/n.md", "---\ntitle: {{title}}\ndate: '{{date}}'\n---\n# x\n", "2:8 '{{title}}' templates/*"),
        ("a/Templates/n.md", "# {{title}}\n", "1:3 '{{title}}' a/Templates/*"),
        ("n.md", "---\ncreated: <% tp.date.now() %>\n---\n", "2:10 '<% tp.date.now() %>' n.md"),
        ("n.md", "---\ntitle: In Jinja {{x}} is a value\n---\n# {{x}}\n", ""),
        ("templates/real.md", "---\ntitle: Letters\n---\n", ""),
    ],
)
def test_a_template_is_named_as_one(tmp_path, path, text, said):
    write(tmp_path, {path: text, "z.md": "# Z\n"})
    kg("ingest", ".", cwd=tmp_path, code=0)

    found = json.loads(kg("validate", "--format", "json", cwd=tmp_path).stdout)["findings"]
    marked = [one for one in found if one["rule"] == "page-template"]

    assert [f"{one['line']}:{one['column']} {one['message'].split()[0]}" for one in marked] == [
        " ".join(said.split()[:2])
    ] * bool(said) or said.startswith("2:10")
    assert all(f'exclude = ["{said.split()[-1]}"]' in one["message"] for one in marked)
    assert not [one for one in found if one["rule"] == "front-matter-key"]


def test_init_leaves_folders_of_templates_out(tmp_path):
    write(tmp_path, {"templates/n.md": "---\ntitle: {{title}}\n---\n", "templates/b.md": "text", "a.md": "# A\n"})

    said = kg("init", ".", cwd=tmp_path, code=0).stdout
    kg("ingest", ".", cwd=tmp_path, code=0)

    assert "templates, which are left out: templates/*\n" in said
    assert json.loads(kg("stats", "--json", cwd=tmp_path, code=0).stdout)["pages"]["total"] == 1
