"""The root of what this package raises on purpose: ``except EmadsVoiceError`` catches all of it.

    EmadsVoiceError
    ├── SettingsError            a setting that cannot be used
    ├── VariableError            a .env file that cannot be read; also a ValueError
    ├── MessagesError            a folder of messages that cannot be used
    ├── VoiceError               sound, recognisers, synthesisers: see emads_voice/voice/errors.py; also a RuntimeError
    ├── AgentError               agents, chat models, handbooks: see emads_voice/agents/errors.py
    ├── ChannelError             lines and calls: see emads_voice/channels/errors.py
    ├── SuiteError               a suite of questions, or an earlier run of one, that cannot be read
    ├── ScorecardError           what calls are judged by, and cannot be read
    ├── ResultError              what came of a judged call, and cannot be read or corrected
    ├── MeetingFilesError        the files of a meeting or of judged calls, which cannot be written
    ├── BatchError               a batch of recordings that cannot begin, or not go on
    ├── StorageError             conversations that cannot be kept; also a RuntimeError
    ├── DecisionError            what cannot be decided so, or by whoever asked
    ├── DatabaseError            records that cannot be kept or read; also a RuntimeError
    ├── NoMemoryError            a graph without a store, in which nothing is remembered; also a RuntimeError
    ├── AuditError               a record that is not kept, or a log that cannot be read; also a RuntimeError
    └── TracingError             an exporter of spans that is not there, or is set wrongly

The message of each is one sentence, fit to be shown to the person who runs the program, and says what to do. Where a
call is written wrongly (no agents given, a graph without a checkpointer), it is Python's ``ValueError`` instead.

The command line has errors of its own, and so has the reckoning of sizes: ``UsageError``, ``PlayError``,
``OutputError``, ``LoadError``. ``ProtocolError``, ``RequestError``, ``FormError``, ``BadEventError``, ``ApiError``,
``NoteError``, ``ProofError`` and ``OpeningError`` refuse what others send. They are caught where they are raised, and
theirs are reasons for an answer or a log, not advice.
"""


class EmadsVoiceError(Exception):
    """Base of everything this package raises on purpose; the message says what to do."""
