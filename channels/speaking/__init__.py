"""What we say on a line: text made into sentences, sentences into paced sound, and what of it was played."""
