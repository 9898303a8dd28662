"""Reads reports: from a report and a registry of parties to who accuses whom of taking what, and who says so."""
