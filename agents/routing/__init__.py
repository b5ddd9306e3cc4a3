"""Who is asked: by examples or by a model, also where a question leans on the one before."""
