#!/usr/bin/env bash
# Two terms for the two ends of one property: each may stand in a frame, but not both.
#
# Packages  PyLD 3.3.0 (Python)
# Seen      2026-11-28
# Expected  JSON-LD 1.1, section 4.8: two terms may be defined as @reverse of one property; a document may use both, and a
#           frame asks for what stands below each of its keys.
# Happens   A frame is expanded before it is used. Both keys become values of the one reversed property, and a property of
#           a frame may have one value: "invalid frame", with words about a frame that is no object, which it is.
#           Alone, `quotes` comes back under the name `claims`: one property has one name when it is compacted.
# Matters   A source framed with its claims and its quotations, both of which are reported in it, needs one term for both
#           ends, or a property each. Nothing in the message leads there.
. "$(dirname "${BASH_SOURCE[0]}")/_lib.sh"
python_with PyLD==3.3.0

python >got <<'PY'
from pyld import jsonld

IN = "http://example.org/in"
SOURCE, CLAIM, QUOTE = (f"http://example.org/{word}" for word in ("Source", "Claim", "Quote"))
document = [
    {"@id": "http://example.org/s", "@type": SOURCE},
    {"@id": "http://example.org/c", "@type": CLAIM, IN: {"@id": "http://example.org/s"}},
    {"@id": "http://example.org/q", "@type": QUOTE, IN: {"@id": "http://example.org/s"}},
]
context = {"claims": {"@reverse": IN}, "quotes": {"@reverse": IN}}
used = {"@context": context, "@id": "http://example.org/s", "claims": {"@type": CLAIM}, "quotes": {"@type": QUOTE}}
print("expanded:", len(jsonld.expand(used)[0]["@reverse"][IN]), "values of one property")
for keys in ({"claims": CLAIM}, {"quotes": QUOTE}, {"claims": CLAIM, "quotes": QUOTE}):
    frame = {"@context": context, "@type": SOURCE, **{key: {"@type": kind} for key, kind in keys.items()}}
    try:
        framed = jsonld.frame(document, frame)
        said = sorted(key for key in framed if key in context)
    except jsonld.JsonLdError as error:
        said = error.code
    print(*keys, "->", said)
PY

same_as_seen <<'SEEN'
expanded: 2 values of one property
claims -> ['claims']
quotes -> ['claims']
claims quotes -> invalid frame
SEEN
