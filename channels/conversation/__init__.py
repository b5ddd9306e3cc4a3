"""One live call: whose turn it is, our side and the caller's, how it begins, who takes over, how it ends."""
