"""Samples: a clip of them, telephone coding, other sample rates."""
