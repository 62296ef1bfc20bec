# What the command line itself refuses, before a stage sees anything.
try() {
    echo "lookalike $*" >&2
    lookalike "$@"
    echo "exit $?" >&2
}
try match --sedes a.csv
try match --completely-different
try match --seeds
try match --seeds --pool pool.csv
try match -s a.csv
try match stray.csv
try match --=x
try match --strict=maybe
try match --no-top
try match --no-strict=yes
try match --folds one
try match --log-format xml
try match --top 0
try match
try inspect one.csv two.csv
try inspect --format yaml one.csv
try completion tcsh
