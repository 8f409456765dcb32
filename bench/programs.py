"""The references, as programs of their own: nothing of kg but what is measured is in their processes."""

# Load quads, to disk where a folder is named.
LOAD = """
import sys, pyoxigraph as ox
store = ox.Store(*sys.argv[2:])
store.bulk_load(path=sys.argv[1], format=ox.RdfFormat.N_QUADS)
if sys.argv[2:]:
    store.flush()
"""
COPY = """
import sys, shutil
shutil.copytree(sys.argv[1], sys.argv[2])
"""
DUMP = """
import sys, pyoxigraph as ox
ox.Store.read_only(sys.argv[1]).dump(sys.argv[2], format=ox.RdfFormat.N_QUADS)
"""
READ = """
import sys, pyoxigraph as ox
for quad in ox.Store.read_only(sys.argv[1]):
    pass
"""
QUERY = """
import sys, click, pyoxigraph
store = pyoxigraph.Store.read_only(sys.argv[1])
for row in store.query(open(sys.argv[2]).read(), use_default_graph_as_union=True):
    print(row)
"""
# The seconds of one walk over the files.
WALK = """
import sys, time
from pathlib import Path
from kg.files import walk
from kg.settings.kg_toml import Config
config, start = Config(), time.perf_counter()
walk.walk(Path(sys.argv[1]), config.exclude, config.max_page_bytes)
print(time.perf_counter() - start)
"""
# The seconds of the whole of a validation, and of the check in it.
PLACING = """
import json, sys, time
from pathlib import Path
from kg.check import profiles, rules, validate
from kg.shacl import run_shapes, shapes_graph
from kg.store.reading import reading
read = reading(Path(sys.argv[1]))
start = time.perf_counter()
report = validate.validate(read.quads, read.base)
whole = time.perf_counter() - start
said = rules.shapes_with()
graph = shapes_graph.read(said)
adjusted = rules.adjusted(said, graph, profiles.read("newsroom", rules.known(graph), rules.tunable(graph)))
start = time.perf_counter()
run_shapes.verdicts(validate.facts(read.quads, read.base), shapes_graph.read(adjusted))
check = time.perf_counter() - start
print(json.dumps({"whole": whole, "check": check, "findings": len(report.findings)}))
"""
# The seconds of writing the facts of 80 pages.
TURTLE = """
import sys, time, rdflib
from pyoxigraph import Quad, RdfFormat, Store, parse
from kg.exports import graphs, turtle
store = Store.read_only(sys.argv[1])
pages = sorted(one.value for one in store.named_graphs() if "/sources/" in one.value and "/prov/" not in one.value)
text = b"".join(graphs.triples(graphs.lines(store, "", pages[:80])))
merged = [Quad(one.subject, one.predicate, one.object) for one in parse(text, format=RdfFormat.N_TRIPLES)]
base = pages[0].partition("graph/")[0]
graph = rdflib.Graph()
if sys.argv[2] == "rdflib":
    graph.parse(data=text, format="nt")
start = time.perf_counter()
graph.serialize(format="turtle") if sys.argv[2] == "rdflib" else turtle.written(merged, base, once=True)
print(time.perf_counter() - start)
"""

# Originals of 100 kB each, ten quotes each: eight as they stand there, one with another word, one that was made up.
# Our time, and that of reading and normalising the same bytes, in one process: both are printed.
ORIGINALS = """
import random, sys, time, unicodedata
from pathlib import Path
from kg.originals import read_original, verdicts
folder, files = Path(sys.argv[1]), int(sys.argv[2])
luck = random.Random(7)
vocabulary = ["".join(luck.choices("etaoinshrdlucmfwypvbgk", k=luck.randint(2, 11))) for _ in range(20_000)]
folder.mkdir(parents=True, exist_ok=True)
asked = []
for number in range(files):
    words = luck.choices(vocabulary, k=13_500)
    for at in range(0, len(words), 12):
        words[at] += luck.choice([".", ",\\n", ";", " \\u2013", "\\u2019s"])
    path = folder / f"{number}.md"
    path.write_text(" ".join(words), encoding="utf-8")
    quotes = []
    for turn in range(10):
        at = luck.randrange(len(words) - 40)
        own = words[at : at + luck.randint(8, 30)]
        if turn == 8:
            own[len(own) // 2] = "different"
        quotes.append(("part", " ".join(luck.choices(vocabulary, k=20) if turn == 9 else own).replace("\\u2019", "'")))
    asked.append((path, quotes))
start = time.process_time()
for path, _ in asked:
    " ".join(unicodedata.normalize("NFKC", path.read_bytes().decode()).split())
middle = time.process_time()
told = 0
for path, quotes in asked:
    original = verdicts.original(path.name, read_original.read(path.name, path.read_bytes()))
    told += len(verdicts.matches(quotes, [original]))
print(told, middle - start, time.process_time() - middle)
"""
# The CPU seconds of finding the best twenty texts that have a word, and of a scan for it, for the longest words of
# twenty texts that stand a fixed distance apart; the index is open, and so is the store.
SEARCH = """
import json, re, statistics, sys, time
from pathlib import Path
from kg.operations import search
from kg.search import find, kept_index, texts
from kg.search.find import Question
from kg.store.reading import reading
read = reading(Path(sys.argv[1]))
scan = open(sys.argv[2]).read()
start = time.process_time()
search.search(read, Question("first"))
made = time.process_time() - start
parts = sorted((one for one in texts.all_of(read.quads) if one.text), key=lambda one: (one.path, one.line, one.column))
known = kept_index.asked(read, lambda index, _: index)
ours, theirs = [], []
for part in parts[:: len(parts) // 20][:20]:
    words = sorted(set(re.findall("[a-z]{4,}", part.text.lower())), key=len)[-1:] or ["report"]
    least = []
    for _ in range(5):
        start = time.process_time()
        find.find(known, Question(words[0]))
        least.append(time.process_time() - start)
    ours.append(min(least))
    asked = scan.replace("$word", json.dumps(words[0]))
    start = time.process_time()
    list(read.quads.query(asked))
    theirs.append(time.process_time() - start)
print(json.dumps({"ours": ours, "theirs": theirs, "texts": len(parts), "made": made}))
"""
SCAN = """
PREFIX nr: <https://w3id.org/newsroom-kg/ns#>
PREFIX schema: <https://schema.org/>
SELECT ?part {
  GRAPH ?g { ?part schema:text|nr:markup ?text }
  FILTER(CONTAINS(LCASE(?text), $word))
}
"""
