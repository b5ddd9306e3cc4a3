"""Who answers: the normal form, the router, the specialists, ReconcileGPT and the handbook model."""

from .company import create_coo, create_cto
from .embeddings import CachedEmbeddings, E5Embeddings, LexicalEmbeddings
from .router import ExemplarRouter, Route, Router
