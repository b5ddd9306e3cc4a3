"""One live call: whose turn it is, what the caller does, consent, the keypad, the wait for an answer."""
