"""Who answers: the normal form, the router, the specialists, ReconcileGPT and the handbook model."""

from .agent import Agent, Say
from .company import company_agents, create_coo, create_cto
from .decision_wording import answer_of_several, word
from .embeddings import CachedEmbeddings, E5Embeddings, LexicalEmbeddings, default_embeddings
from .errors import AgentError, HandbookError, ModelError
from .followup import standalone_question
from .forms import Analysis, COOAnalysis, CTOAnalysis, Decision
from .handbook import Handbook, load_handbook
from .handbook_model import HandbookModel
from .model_router import ModelRouter
from .reconcile import has_view, reconcile
from .router import ExemplarRouter, Route, Router
from .runnable import from_runnable
from .specialist import Specialist, create_specialist

__all__ = [
    "Agent",
    "AgentError",
    "Analysis",
    "COOAnalysis",
    "CTOAnalysis",
    "CachedEmbeddings",
    "Decision",
    "E5Embeddings",
    "ExemplarRouter",
    "Handbook",
    "HandbookError",
    "HandbookModel",
    "LexicalEmbeddings",
    "ModelError",
    "ModelRouter",
    "Route",
    "Router",
    "Say",
    "Specialist",
    "answer_of_several",
    "company_agents",
    "create_coo",
    "create_cto",
    "create_specialist",
    "default_embeddings",
    "from_runnable",
    "has_view",
    "load_handbook",
    "reconcile",
    "standalone_question",
    "word",
]
