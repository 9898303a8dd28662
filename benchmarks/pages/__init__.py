"""What `benchmarks/extraction.py` is made of: pages with hand-made bodies, the peers, and the measures."""
