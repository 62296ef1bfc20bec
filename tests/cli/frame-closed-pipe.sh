# A reader that goes away is an error of writing, and not a death by signal.
mkfifo pipe
exec 3<>pipe 4>pipe 3>&-
lookalike man >&4
echo "exit $?" >&2
