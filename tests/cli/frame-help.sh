# `lookalike help` gives the same overview on stdout; every command's help, asked for in any form, is the same text.
lookalike help
for command in match train score evaluate explain inspect doctor 'simulate pool'; do
    lookalike help $command >by-help
    lookalike $command --help >by-option
    lookalike $command -h >by-letter
    cmp by-help by-option && cmp by-help by-letter
    awk -v name="$command" 'length($0) > 96 { print name ": a line is too long: " $0 }' by-help
    grep -q '^examples$' by-help || echo "$command: no examples"
done
# The first word of several commands tells them.
lookalike help campaign
lookalike campaign --help | cmp - <(lookalike help campaign)
