"""What the caller does: when they speak, what of it is one utterance, in which language, and the keys they press."""
