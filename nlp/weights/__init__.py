"""The trained network."""
