"""Speech recognisers, one backend a file."""
