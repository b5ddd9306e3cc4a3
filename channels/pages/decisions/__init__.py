"""The pages at ``/decisions``: what is proposed, why, at what cost and risk, and two buttons for whoever may decide."""

from .routes import PATH, decisions_pages

__all__ = ["PATH", "decisions_pages"]
