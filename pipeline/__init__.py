"""The steps a report takes: each takes from the base, calls a room and puts back, and may be killed and run again."""
