"""rdflib with a graph, asked in copies of the process, so that a question which takes too long can be stopped."""

import gc
import multiprocessing
import resource
import signal
import time

import pyoxigraph as ox
import rdflib

_COPIES = multiprocessing.get_context("fork")


def dataset(quads, store="default"):
    """Return quads of pyoxigraph as a dataset of rdflib, whose default graph is the union of its graphs."""
    found = rdflib.Dataset(store, default_union=True)
    terms = {ox.DefaultGraph(): rdflib.graph.DATASET_DEFAULT_GRAPH_ID}
    graphs = {}
    for quad in quads:
        triple = tuple(_term(one, terms) for one in quad.triple)
        if (graph := graphs.get(quad.graph_name)) is None:
            graph = graphs[quad.graph_name] = found.graph(_term(quad.graph_name, terms))
        found.store.add(triple, graph)
    gc.collect()
    gc.freeze()  # the copies would copy what the collector touches
    return found


def rows(answer):
    """Return an answer of rdflib as `support.library.rows` gives that of pyoxigraph."""
    if answer.type == "ASK":
        return answer.askAnswer
    if answer.type == "CONSTRUCT":
        return sorted(f"{s.n3()} {p.n3()} {o.n3()}" for s, p, o in answer)
    return sorted(tuple(map(n3, row)) for row in answer)


def asked(graph, text, seconds, read=rows):
    """Return the rows of a query and the CPU seconds that rdflib took, or no rows where so many do not do."""
    mine, theirs = _COPIES.Pipe(duplex=False)
    copy = _COPIES.Process(target=_answer, args=(graph, text, theirs, seconds, read))
    copy.start()
    theirs.close()
    try:
        found, spent = mine.recv()
    except EOFError:
        found, spent = None, seconds
    finally:
        mine.close()
        copy.join()
    if found is None and copy.exitcode != -signal.SIGXCPU:
        raise RuntimeError(f"a copy of rdflib ended with {copy.exitcode}, not by its limit of {seconds} s")
    if isinstance(found, Exception):
        raise found
    return found, spent


def _answer(graph, text, pipe, seconds, read):
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    start = time.process_time()
    try:
        found = read(graph.query(text))
    except Exception as error:  # noqa: BLE001  # the process that asks raises it
        found = error
    pipe.send((found, time.process_time() - start))


def _term(term, known):
    if (found := known.get(term)) is None:
        known[term] = found = _new(term)
    return found


def _new(term):
    if isinstance(term, ox.NamedNode):
        return rdflib.URIRef(term.value)
    if isinstance(term, ox.BlankNode):
        return rdflib.BNode(term.value)
    if term.language or term.datatype.value.endswith("#string"):
        return rdflib.Literal(term.value, lang=term.language)
    return rdflib.Literal(term.value, datatype=rdflib.URIRef(term.datatype.value))


def n3(term):
    """Return a term as N-Triples has it, with the type of texts left out, and "None" for none."""
    if term is None:
        return "None"
    plain = str(getattr(term, "datatype", None)).endswith("#string")
    return (rdflib.Literal(str(term)) if plain else term).n3()
