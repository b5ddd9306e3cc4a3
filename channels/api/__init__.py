"""The HTTP API: asking, conversations, and recognition and speech in OpenAI's shapes, for apps that are not Python."""
