"""The sample company with a chat model that is recorded, or whose replies are replayed."""

from __future__ import annotations

from emads_voice.agents import company_agents
from emads_voice.assembly import configured
from emads_voice.assembly.assistant import Assistant, assemble
from emads_voice.settings import Settings, SettingsError

from .replies import RecordedModel, Replies


def assemble_recorded(settings: Settings, replies: Replies, *, record: bool) -> Assistant:
    """The company, whose chat model's replies are kept among the replies, or come from there.

    Raises:
        SettingsError: there is no chat model to record, or it cannot be had.
    """
    chat = configured.make_chat_model(settings) if record else None
    if record and chat is None:
        raise SettingsError("There is no chat model to record: name one by --model, or set EMADS_MODEL.")
    catalogue = configured.make_catalogue(settings)
    handbook = configured.make_handbook(settings, configured.make_embeddings(settings), catalogue)
    models = [RecordedModel(replies=replies, model=chat), handbook]
    # Who is asked is not what is recorded.
    return assemble(
        company_agents(models, catalogue=catalogue),
        settings=settings.model_copy(update={"router": "exemplars"}),
    )
