# Without a command: the overview, on stderr, and a failure.
lookalike
