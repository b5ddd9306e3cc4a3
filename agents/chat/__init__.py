"""How a specialist's chat models are asked: the call, its reply while it is being written, tools, and what is said."""
