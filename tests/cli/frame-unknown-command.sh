# A command that does not exist names the nearest.
lookalike mach
echo "exit $?"
lookalike 'something else'
echo "exit $?"
lookalike simulate
echo "exit $?"
lookalike simulate cmr
echo "exit $?"
