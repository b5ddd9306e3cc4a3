"""What a caller is asked, and how an answer is understood: yes, no, a key, a word that only listens."""
