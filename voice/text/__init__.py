"""Text to be spoken, or recognised: its sentences, its language, what can be said aloud."""
