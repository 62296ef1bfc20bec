# What is printed and cannot be written is a failure.
lookalike --version >/dev/full
echo "exit $?" >&2
lookalike match --help >/dev/full
echo "exit $?" >&2
lookalike --version >&-
echo "exit $?" >&2
