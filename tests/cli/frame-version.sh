lookalike --version | sed 's/[0-9][0-9.]*/N/'
lookalike version | sed 's/[0-9][0-9.]*/N/'
