"""The site: pages that answer who accuses whom of taking what, with the sentence that says so."""
