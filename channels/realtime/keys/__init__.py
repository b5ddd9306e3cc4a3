"""Keys for browsers, each good for one session, and how they are made."""
