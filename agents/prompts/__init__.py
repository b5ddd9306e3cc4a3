"""What language models are told: each text in a Markdown file of its own, with a version that traces show."""
