"""How an index lies on a Milvus server, and how it gets there."""
