"""The knowledge base: its vocabulary, its database, how it tracks incidents and how it is searched."""
