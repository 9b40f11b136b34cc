"""Red flags: an emergency in a question is seen before any search.

In reading order: `chatbot/red_flags.toml` (the rules, for clinicians), `rules` and `rules_file`
(the rules read), `patterns` (one line of them), `text` and `spelling` (a question as words),
`phrases` (what of the rules stands in it), `set_aside` (what of that does not count), `match` (the
emergencies by the rules), `fragments` and `similar` (examples, which have their say beside the
rules), `flags` (all of it), `passages` (what is shown).
"""
