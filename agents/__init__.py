"""Who answers: the normal form, the router, the specialists, ReconcileGPT and the handbook model."""

from .adapters.as_agent import as_agent
from .agent import Agent, Say
from .call_context import CallContext
from .call_control import AskKeys, CallControl, HangUp, Pause, Transfer, then
from .company import company_agents, create_coo, create_cto
from .decisions import Decision
from .embeddings import CachedEmbeddings, E5Embeddings, LexicalEmbeddings, default_embeddings
from .errors import AgentError, HandbookError, ModelError
from .forms import Analysis, COOAnalysis, CTOAnalysis
from .handbook.handbook import Handbook, load_handbook
from .handbook.model import HandbookModel
from .reconciliation.policy import Policy
from .reconciliation.reconcile import reconcile
from .reconciliation.wording import answer_in_words, word
from .routing.followup import standalone_question
from .routing.model_router import ModelRouter
from .routing.router import ExemplarRouter, Route, Router
from .secret_keys import take_keys
from .specialist import Specialist, create_specialist

__all__ = [
    "Agent",
    "AgentError",
    "Analysis",
    "AskKeys",
    "COOAnalysis",
    "CTOAnalysis",
    "CachedEmbeddings",
    "CallContext",
    "CallControl",
    "Decision",
    "E5Embeddings",
    "ExemplarRouter",
    "Handbook",
    "HandbookError",
    "HandbookModel",
    "HangUp",
    "LexicalEmbeddings",
    "ModelError",
    "ModelRouter",
    "Pause",
    "Policy",
    "Route",
    "Router",
    "Say",
    "Specialist",
    "Transfer",
    "answer_in_words",
    "as_agent",
    "company_agents",
    "create_coo",
    "create_cto",
    "create_specialist",
    "default_embeddings",
    "load_handbook",
    "reconcile",
    "standalone_question",
    "take_keys",
    "then",
    "word",
]
