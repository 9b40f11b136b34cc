"""Measurements of this project, each beside a floor or a baseline measured in the same run.

`python -m tests.benchmarks` compares the whole with other libraries in one table; `--list` says
what else there is. They are not tests: pytest collects none of them, and they need the data sets of
`--data`.
"""
