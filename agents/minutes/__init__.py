"""Minutes of a meeting: who does what until when and what was decided, each with the words it is taken from."""
