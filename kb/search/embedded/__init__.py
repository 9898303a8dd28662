"""The embedded search engine, tantivy."""
