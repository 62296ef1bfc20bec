# A reader that goes away is an error of writing, and not a death by signal.
{ sleep .2; lookalike man; echo "exit $?" >&2; } | true
