"""In-text citations: where they stand in a text, and which references they mean.

In reading order: `find` (all of it), `author_year` ("Smith et al., 2019", by `years`, `names`,
`words` and `unmistakable`), `numeric` ("[3,5-7]"), `parts`, `bibliography` (what can be meant).
"""
