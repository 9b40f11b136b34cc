"""Reference lists: CSL-JSON files and printed lists read, entries shown and compared.

In reading order: `csl` (JSON in and out, with `json_list`), `lists` (a printed list -> entries),
`entries` (an entry -> Reference, by `links`, `apa` and `vancouver`), `display`, `identity`.
"""
