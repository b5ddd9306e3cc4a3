"""Speech synthesisers, one backend a file."""
