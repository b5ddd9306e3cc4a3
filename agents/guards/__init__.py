"""What of a chat model's answer may be said: no claims of deeds, no instructions, the caller's language, in short."""
