"""The public names of this room, written once: see ``emads_voice/__init__.pyi``."""

from .agents import ScriptedAgent as ScriptedAgent
from .agents import ScriptedRouter as ScriptedRouter
from .audit import MemoryAuditLog as MemoryAuditLog
from .chat_model import ScriptedChatModel as ScriptedChatModel
from .conformance import RecognizerConformance as RecognizerConformance
from .conformance import Sample as Sample
from .conformance import SynthesizerConformance as SynthesizerConformance
from .line import LoudnessVad as LoudnessVad
from .line import ScriptedLine as ScriptedLine
from .speech import ScriptedRecognizer as ScriptedRecognizer
from .speech import ScriptedSynthesizer as ScriptedSynthesizer
from .speech import ScriptedTurnModel as ScriptedTurnModel
from .virtual_time import VirtualTimeLoop as VirtualTimeLoop
from .virtual_time import run_virtual as run_virtual
