"""The sample handbook, shipped with the package as emads_voice.sample_handbook: documents, no code."""
