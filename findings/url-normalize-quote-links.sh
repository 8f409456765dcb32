#!/usr/bin/env bash
# A normalised link no longer points at the quote, or at the snapshot.
#
# Packages  url-normalize 3.1.0 (Python)
# Seen      2026-11-27
# Expected  Normalising gives an equivalent URL. RFC 3986, section 2.2: encoding or decoding a reserved character
#           changes what a URL means; section 3.5: ":" and "," may stand in a fragment as they are; section 6.2 lists
#           the safe steps, and joining two slashes of a path is none of them. The text directive (`#:~:text=`) is found
#           by its exact characters.
# Happens   The directive's colons and commas are encoded, so a browser sees an ordinary fragment and marks no text; a
#           comma that was encoded because it belongs to the quote and one that separates start and end become the same.
#           Two slashes in a path become one: an archived copy's address, which holds the whole address of the original,
#           changes, and two page names that differ by an empty segment are one. A ";" in a query stays, the "=" after
#           it does not.
# Matters   A claim that cites a quote or a snapshot must keep the address as it was written; a normalised form is a key
#           to find duplicates by, and even so it joins what differs.
. "$(dirname "${BASH_SOURCE[0]}")/_lib.sh"
python_with url-normalize==3.1.0 idna==3.20

python >got <<'PY'
from url_normalize import url_normalize

for url in (
    "https://example.org/report#:~:text=the%20first%20words,the%20last",
    "https://example.org/report#:~:text=one%2C%20two",
    "https://archive.example/web/20240501000000/https://example.org/report",
    "https://example.org/a//b",
    "https://example.org/search?from=2020;to=2024",
):
    print(url, "->", url_normalize(url), sep="\n  ")
PY

same_as_seen <<'SEEN'
https://example.org/report#:~:text=the%20first%20words,the%20last
  ->
  https://example.org/report#%3A~%3Atext=the%20first%20words%2Cthe%20last
https://example.org/report#:~:text=one%2C%20two
  ->
  https://example.org/report#%3A~%3Atext=one%2C%20two
https://archive.example/web/20240501000000/https://example.org/report
  ->
  https://archive.example/web/20240501000000/https:/example.org/report
https://example.org/a//b
  ->
  https://example.org/a/b
https://example.org/search?from=2020;to=2024
  ->
  https://example.org/search?from=2020;to%3D2024
SEEN
