"""What a caller is asked, and how an answer is understood, by voice or key."""
