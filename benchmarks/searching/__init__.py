"""What `benchmarks/search.py` searches for, in what, and with which peers."""
