"""Texts -> vectors: sentence-transformers in a build, an export of the model for questions."""
