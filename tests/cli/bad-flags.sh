# Values that are not allowed, and flags that would change nothing, are told before any work.
. "$DATA/shell"
echo old >ranked.csv
for flags in '--top 101%' '--top 0%' '--top 1.5' '--explore -1' '--family tree' '--folds 1' '--sample 99' '--bins 1' \
    '--threads 1025' '--max-field 0' '--drift-limit -1' '--seed 1.5' '--as-of 2024-13-01' '--separator ;;' \
    '--set l2=1' '--set tree.depth=3' '--set logistic.l3=1' '--set logistic.l2=-1' '--set centroid.metric=cosin' \
    '--family centroid --set logistic.l2=1'; do
    attempt "$flags" match "$pool" $flags
done
attempt 'explain without a row' lookalike explain --model "$model" --pool "$pool"
attempt 'score without a model' lookalike score --pool "$pool" --out ranked.csv
attempt 'inspect tolerates nothing' lookalike inspect "$pool" --max-bad-rows 1
for flags in '--seeds-count 0' '--prospects 0' '--dirty .6' '--world missing.yaml'; do
    attempt "simulate $flags" lookalike simulate pool --quiet --out world $flags
done
