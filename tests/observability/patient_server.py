"""``serve`` with the embedded models, for callers on a machine that is slow: an answer may take minutes. Listens on
$PORT."""

import os

from emads_voice import sample_company, serve
from emads_voice.channels.conversation.options import ConversationOptions

if __name__ == "__main__":
    options = ConversationOptions(answer_within_s=300, filler_after_s=300, idle_s=300)
    serve(sample_company(), options=options, port=int(os.environ["PORT"]), insecure=True)
