"""Who speaks: voices told apart in one channel, given names, and put to a transcript."""
