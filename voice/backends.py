"""Recognisers and synthesisers by name, "provider:model", as LangChain names chat models.

    init_recognizer("whisper:base")
    init_recognizer("openai:Qwen/Qwen3-ASR-1.7B", base_url="http://asr.internal:8000/v1")
    init_recognizer("openai:whisper-1|whisper:base")    # the second where the first fails or is late
    init_synthesizer("piper:en_US-joe-medium")
    init_synthesizer("piper|espeak")                    # each language by the first that speaks it

A package of yours adds a provider by an entry point in the group "emads_voice.recognizers" or
"emads_voice.synthesizers": its name is the provider's, its object a callable. A name with a model is called
``provider(model, **options)``, one without ``provider(**options)``.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from importlib.metadata import entry_points
from pkgutil import resolve_name
from typing import Any, NamedTuple

from emads_voice.installation import install_hint

from .errors import BackendError
from .recognizer import Recognizer
from .recognizers.fallback import FallbackRecognizer
from .synthesizer import Synthesizer
from .synthesizers.fallback import FallbackSynthesizer

COMMON_OPTIONS = frozenset({"languages", "models_dir", "base_url", "api_key", "aligner"})
"""Options that describe a deployment, not a provider: each provider gets those it takes."""

_SERVER = frozenset({"base_url", "api_key"})


class _BuiltIn(NamedTuple):
    target: str
    extra: str


RECOGNIZERS: Mapping[str, _BuiltIn] = {
    "dashscope": _BuiltIn("recognizers.dashscope:dashscope", "openai"),
    "openai": _BuiltIn("recognizers.openai:OpenAIRecognizer", "openai"),
    "openai-realtime": _BuiltIn("recognizers.openai_realtime:openai_realtime", "openai"),
    "qwen-asr": _BuiltIn("recognizers.qwen.transformers:QwenRecognizer", "qwen"),
    "qwen-asr-vllm": _BuiltIn("recognizers.qwen.vllm:QwenVllmRecognizer", "qwen-vllm"),
    "sherpa-qwen": _BuiltIn("recognizers.sherpa:SherpaQwenRecognizer", "sherpa"),
    "vietnamese": _BuiltIn("recognizers.vietnamese:VietnameseRecognizer", "vi"),
    "whisper": _BuiltIn("recognizers.whisper:WhisperRecognizer", "local"),
}
SYNTHESIZERS: Mapping[str, _BuiltIn] = {
    "espeak": _BuiltIn("synthesizers.espeak:EspeakSynthesizer", "espeak"),
    "openai": _BuiltIn("synthesizers.openai:OpenAISynthesizer", "openai"),
    "piper": _BuiltIn("synthesizers.piper:PiperSynthesizer", "local"),
}


def init_recognizer(spec: str, **options: Any) -> Recognizer:
    """The recogniser a name stands for; nothing heavy is loaded before its first use or ``warm_up``.

    Args:
        spec: "provider:model", or "provider" for its default model; several, joined by "|", make a
            :class:`FallbackRecognizer`.
        options: ``languages`` (those callers speak, a tuple of Language), ``models_dir``, ``base_url``, ``api_key``
            and ``aligner`` (what times words) reach the providers that take them; None means not given. Of several
            servers the first alone gets ``base_url`` and ``api_key``: its key is none of the others' business. Any
            other option must be one of the provider's own.

    Raises:
        BackendError: the provider is unknown or not installed, or does not take an option or model.
    """
    candidates: list[Recognizer] = _candidates(
        "recogniser", RECOGNIZERS, "emads_voice.recognizers", spec, options
    )
    return candidates[0] if len(candidates) == 1 else FallbackRecognizer(candidates)


def init_synthesizer(spec: str, **options: Any) -> Synthesizer:
    """The synthesiser a name stands for; names joined by "|" make a :class:`FallbackSynthesizer`.

    Arguments and errors as for :func:`init_recognizer`.
    """
    candidates: list[Synthesizer] = _candidates(
        "synthesiser", SYNTHESIZERS, "emads_voice.synthesizers", spec, options
    )
    return candidates[0] if len(candidates) == 1 else FallbackSynthesizer(candidates)


def _candidates(
    kind: str, built_in: Mapping[str, _BuiltIn], group: str, specs: str, options: dict[str, Any]
) -> list[Any]:
    candidates: list[Any] = []
    for spec in specs.split("|"):
        name, _, model = (part.strip() for part in spec.strip().partition(":"))
        provider = _provider(kind, built_in, group, name)
        given = _taken(provider, options)
        candidates.append(_init(kind, built_in, spec, provider, [model] if model else [], given))
        options = {key: value for key, value in options.items() if key not in _SERVER or key not in given}
    return candidates


def _taken(provider: Callable[..., Any], options: Mapping[str, Any]) -> dict[str, Any]:
    """Of the options, those the provider is to be given."""
    parameters = inspect.signature(provider).parameters
    takes_any = any(parameter.kind is parameter.VAR_KEYWORD for parameter in parameters.values())
    return {
        key: value
        for key, value in options.items()
        if key not in COMMON_OPTIONS or (value is not None and (takes_any or key in parameters))
    }


def _init(
    kind: str,
    built_in: Mapping[str, _BuiltIn],
    spec: str,
    provider: Callable[..., Any],
    arguments: list[str],
    given: dict[str, Any],
) -> Any:
    try:
        inspect.signature(provider).bind(*arguments, **given)
    except TypeError as error:
        raise BackendError(f"The {kind} {spec!r} cannot be made: {error}; see its documentation.") from None
    try:
        return provider(*arguments, **given)
    except ImportError as error:
        raise _not_installed(kind, built_in, spec.partition(":")[0].strip(), error) from None


def _provider(kind: str, built_in: Mapping[str, _BuiltIn], group: str, name: str) -> Callable[..., Any]:
    third_party = {entry.name: entry for entry in entry_points(group=group)}
    try:
        if name in built_in:
            provider: Callable[..., Any] = resolve_name(f"{__package__}.{built_in[name].target}")
            return provider
        if name in third_party:
            loaded: Callable[..., Any] = third_party[name].load()
            return loaded
    except ImportError as error:
        raise _not_installed(kind, built_in, name, error) from None
    known = ", ".join(sorted({*built_in, *third_party}))
    raise BackendError(f"Unknown {kind} {name!r}: there are {known}; name one of them.")


def _not_installed(
    kind: str, built_in: Mapping[str, _BuiltIn], name: str, error: ImportError
) -> BackendError:
    if name in built_in:
        return BackendError(f"The {kind} {name!r} is not installed: {install_hint(built_in[name].extra)}.")
    return BackendError(f"The {kind} {name!r} cannot be loaded: {error}; install its package again.")
