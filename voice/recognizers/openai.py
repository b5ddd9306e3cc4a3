"""Recognition by a server that speaks OpenAI's protocol: OpenAI itself, vLLM or SGLang with Qwen3-ASR.

Of vLLM's routes only chat completions name the language of a Qwen3-ASR transcript, so that one is used
where the language is not known; with it known, and for all other models, it is ``/audio/transcriptions``.
A long piece is asked for as a stream: a server that stalls then shows by the gap between two chunks, long before the
time that a whole answer may take is over. A short piece gains nothing by that.
"""

from __future__ import annotations

import asyncio
import base64
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from emads_voice.voice.errors import RecognitionError
from emads_voice.voice.hotwords import as_text
from emads_voice.voice.languages import LANGUAGES, Language, known_language
from emads_voice.voice.openai_client import OpenAIClient, choice_of, message_of, text_of
from emads_voice.voice.openai_errors import too_large, too_long
from emads_voice.voice.recognizer import Segment, Transcript
from emads_voice.voice.recognizers.qwen.answer import parse
from emads_voice.voice.sound.audio import Audio
from emads_voice.voice.text.language import identify
from emads_voice.voice.transcription.guards import Guards, Hypothesis

if TYPE_CHECKING:
    from openai import AsyncOpenAI

_log = logging.getLogger(__name__)

MAX_PIECE_S = 180.0
"""Qwen3-ASR's quality falls in longer pieces. As WAV this is 5.8 MB, far below the 25 MB servers take."""

MAX_CLIP_S = 30.0
"""vLLM cuts what ``/audio/transcriptions`` gets into clips of this length wherever it is quiet, and joins their texts
without spaces (``max_audio_clip_s`` in vllm/entrypoints/openai/speech_to_text/speech_to_text.py). We cut better."""

STREAMED_S = 15.0
"""A longer piece is streamed: the time a whole answer may take is then thrice the longest gap."""

GAP_S = 5.0
"""The longest silence within a streamed answer. vLLM sends a token every 10 ms, or 100 ms under heavy load."""

BASE_S, PER_S = 10.0, 0.3
"""The longest wait for an answer, or its first chunk: so much, and so much per second of sound. A loaded GPU begins
after 3 s and needs 0.01 s per second (the Qwen3-ASR report, arXiv 2601.21337, at 128 requests at once)."""

Form = dict[str, Any]
"""How an answer is asked for: parameters of a transcription."""

_REFUSING = frozenset({400, 415, 422, 501})
"""Statuses with which servers refuse a form they do not know."""

UNFORCEABLE = frozenset({"yue", "fil"})
"""Codes vLLM's table lacks: it refuses "fil", and of "yue" it tells the model no language's name but the code."""


class OpenAIRecognizer:
    """Recognises through a server."""

    def __init__(
        self,
        model: str,
        *,
        base_url: str | None = None,
        api_key: str | None = None,
        languages: Sequence[Language] = LANGUAGES,
        models_dir: Path | None = None,
    ) -> None:
        """Name a model and its server.

        Args:
            model: its name on the server, "Qwen/Qwen3-ASR-1.7B" or "gpt-4o-transcribe".
            base_url: of the server, with the "/v1"; None takes OPENAI_BASE_URL, else OpenAI itself.
            api_key: None takes OPENAI_API_KEY; without that the server is sent a placeholder.
            languages: those expected. Where the server names the language, that is taken, whichever it is; where it
                names none, the language of the text is looked for among these.
            models_dir: where voice activity's weights are searched first.
        """
        self._model = model
        self._qwen = "qwen3-asr" in model.casefold()
        self._whisper = "whisper" in model.casefold()
        self._languages = languages
        self._client = OpenAIClient(model, base_url, api_key)
        self._guards = Guards(self.name, models_dir=models_dir, max_piece_s=MAX_PIECE_S)
        self._clip_guards = Guards(self.name, models_dir=models_dir, max_piece_s=MAX_CLIP_S)
        self._streams_transcriptions = False
        # Best first. Only Whisper models have the verbose form, and not on every server (vLLM before 0.11, Groq).
        verbose: Form = {"response_format": "verbose_json"}
        plain: Form = {"response_format": "json"}
        words: Form = verbose | {"timestamp_granularities": ["word"]}
        self._forms = [words, verbose, plain] if self._whisper else [plain]

    @property
    def name(self) -> str:
        """ "openai:" and the model."""
        return f"openai:{self._model}"

    @property
    def languages(self) -> Collection[Language]:
        """All: the server itself refuses what its model does not know."""
        return LANGUAGES

    async def warm_up(self) -> None:
        """Load what is needed here, and ask the server whether it has the model.

        Raises:
            BackendError: the package or the key is missing, or the server cannot be reached, refuses the key or
                has other models only.
        """
        _, owner = await asyncio.gather(self._guards.warm_up(), self._client.check())
        # SGLang streams by hearing 2 s at a time, and less well (transcription_adapters/qwen3_asr.py).
        self._streams_transcriptions = self._qwen and owner == "vllm"

    async def transcribe(
        self,
        audio: Audio,
        *,
        language: Language | None = None,
        hotwords: Sequence[str] = (),
        timestamps: bool = False,
    ) -> Transcript:
        """See :meth:`~emads_voice.voice.recognizer.Recognizer.transcribe`. Only Whisper models give word times."""
        recognize = partial(self._recognize, timestamps)
        guards = self._clip_guards if self._qwen and _forced(language) else self._guards
        return await guards.transcribe(
            recognize, audio, language=language, hotwords=hotwords, timestamps=timestamps
        )

    async def _recognize(
        self, timestamps: bool, audio: Audio, language: Language | None, hotwords: Sequence[str]
    ) -> Hypothesis:
        wav = await asyncio.to_thread(audio.to_wav)
        wait_s = BASE_S + PER_S * audio.duration_s
        streamed = audio.duration_s > STREAMED_S
        forced = _forced(language)
        if self._qwen and forced is None:
            raw, whole = await self._chat(wav, hotwords, wait_s, streamed)
            hypothesis = parse(raw)
            if hypothesis is None:
                raise RecognitionError(
                    f"{self._model} answered without naming a language: name a Qwen3-ASR model."
                )
            hypothesis = hypothesis._replace(cut="" if whole else self._cut)
            if language:
                hypothesis = hypothesis._replace(language=language, other_languages=())
        elif streamed and self._streams_transcriptions:
            text, whole = await self._streamed_transcription(wav, forced, hotwords, wait_s)
            hypothesis = Hypothesis(text, language, cut="" if whole else self._cut)
        else:
            hypothesis = await self._transcription(wav, forced, hotwords, wait_s, timestamps)
        if hypothesis.text and not hypothesis.language:
            named = language or await asyncio.to_thread(identify, hypothesis.text, self._languages)
            hypothesis = hypothesis._replace(language=named)
        return hypothesis

    async def _chat(self, wav: bytes, hotwords: Sequence[str], wait_s: float, streamed: bool) -> _Said:
        url = f"data:audio/wav;base64,{base64.b64encode(wav).decode()}"
        messages: list[Any] = [
            {"role": "user", "content": [{"type": "audio_url", "audio_url": {"url": url}}]}
        ]
        if text := as_text(hotwords):
            messages.insert(0, {"role": "system", "content": text})

        async def ask(client: AsyncOpenAI) -> Any:
            return await client.chat.completions.create(
                model=self._model, messages=messages, temperature=0, stream=streamed
            )

        answer = await self._client.ask(ask, RecognitionError, timeout_s=wait_s)
        if streamed:
            return await self._collect(answer, wait_s)
        choice = choice_of(self._client.fields(answer, RecognitionError))
        said = text_of(message_of(choice))
        if said is None:
            raise RecognitionError(f"{self._model} answered without a text: name a Qwen3-ASR model.")
        return _Said(said, _is_whole(choice))

    async def _transcription(
        self, wav: bytes, language: Language | None, hotwords: Sequence[str], wait_s: float, timestamps: bool
    ) -> Hypothesis:
        options = _options(language, hotwords)
        forms = [form for form in self._forms if timestamps or "timestamp_granularities" not in form]

        async def ask(client: AsyncOpenAI) -> Any:
            return await self._in_a_form_it_takes(
                forms,
                lambda form: client.audio.transcriptions.create(
                    model=self._model, file=("speech.wav", wav, "audio/wav"), **(options | form)
                ),
            )

        fields = self._client.fields(
            await self._client.ask(ask, RecognitionError, timeout_s=wait_s), RecognitionError
        )
        text = fields.get("text")
        if not isinstance(text, str):
            raise RecognitionError(
                f"{self._model} answered without a text: name a model that recognises speech."
            )
        return Hypothesis(_bare(text), known_language(fields.get("language")), _words(fields.get("words")))

    async def _in_a_form_it_takes(self, forms: Sequence[Form], ask: Callable[[Form], Awaitable[Any]]) -> Any:
        """The answer in the first form that the server does not refuse; those it refuses are not asked for again."""
        import openai

        refused: openai.APIStatusError | None = None
        for form in forms:
            try:
                answer = await ask(form)
            except openai.APIStatusError as error:
                if error.status_code not in _REFUSING or too_large(error) or too_long(error):
                    raise
                refused = refused or error
            else:
                if refused:
                    self._forms = self._forms[self._forms.index(form) :]
                return answer
        assert refused
        raise refused

    @property
    def _cut(self) -> str:
        """Why an answer is not whole."""
        return f"{self.name} was cut off in its answer, which is longer than it may be: raise the limit of its tokens."

    async def _streamed_transcription(
        self, wav: bytes, language: Language | None, hotwords: Sequence[str], wait_s: float
    ) -> _Said:
        options = _options(language, hotwords)

        async def ask(client: AsyncOpenAI) -> Any:
            return await client.audio.transcriptions.create(
                model=self._model,
                file=("speech.wav", wav, "audio/wav"),
                response_format="json",
                stream=True,
                **options,
            )

        answer = await self._client.ask(ask, RecognitionError, timeout_s=wait_s)
        said = await self._collect(answer, wait_s)
        return said._replace(text=_bare(said.text))

    async def _collect(self, chunks: AsyncIterator[Any], wait_s: float) -> _Said:
        """The text of a stream of chat or transcription chunks, whose shapes are alike."""
        texts: list[str] = []
        finished, whole = False, True
        async for chunk in self._client.read(chunks, RecognitionError, first_s=wait_s, gap_s=GAP_S):
            choice = choice_of(self._client.fields(chunk, RecognitionError))
            texts.append(text_of(message_of(choice)) or "")
            finished = finished or bool(choice.get("finish_reason"))
            whole = whole and _is_whole(choice)
        if not finished:
            raise RecognitionError(
                f"The server {self._client.name} broke off in the middle of its answer: look at its log."
            )
        return _Said("".join(texts), whole)


class _Said(NamedTuple):
    """An answer's text, and whether it is all of the answer."""

    text: str
    whole: bool


def _is_whole(choice: Mapping[str, Any]) -> bool:
    return bool(choice.get("finish_reason") != "length")


def _words(timed: object) -> tuple[Segment, ...]:
    """Words with times, as far as they have any."""
    words = []
    for word in timed if isinstance(timed, list) else []:
        try:
            words.append(Segment(str(word["word"]), float(word["start"]), float(word["end"])))
        except (TypeError, KeyError, ValueError):
            return ()
    return tuple(words)


def _forced(language: Language | None) -> Language | None:
    return language if language and language.base_code not in UNFORCEABLE else None


def _options(language: Language | None, hotwords: Sequence[str]) -> dict[str, Any]:
    options: dict[str, Any] = {}
    if language:
        options["language"] = language.base_code
    if text := as_text(hotwords):
        options["prompt"] = text
    return options


def _bare(text: str) -> str:
    """Without the raw answer's prefix, which vLLM 0.14 (that of qwen-asr) leaves when it streams."""
    hypothesis = parse(text)
    return hypothesis.text if hypothesis else text.strip()
