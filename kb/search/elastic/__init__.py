"""The search engine where one machine is outgrown, Elasticsearch 9."""
