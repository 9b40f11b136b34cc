"""What an author should mend in a corpus before people read it, and what to look at again.

Faults are what a reader must not meet: a citation that leads nowhere, a text too hard to read, a
link that is no web address, a sentence cut in two. Notes are hints that a person has to judge:
the rules behind them look at words and numbers, not at meaning. Nothing here changes a file,
prints, or uses the network.
"""
