"""Sound and nothing else: audio, languages, recognisers, synthesisers, Ear and Mouth."""
