"""Ways in: what decides which Ear and Mouth a run gets."""
