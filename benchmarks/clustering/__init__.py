"""What `benchmarks/grouping.py` sets beside our grouping: the field's ways to cluster texts by their wording."""
