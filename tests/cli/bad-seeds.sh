# Seeds that nothing can be learned from.
. "$DATA/shell"
echo old >ranked.csv
head -n 10 "$seeds" >nine.csv
head -n 11 "$seeds" >ten.csv
awk -F, -v OFS=, 'NR > 1 { $3 = 40; $4 = "Lyon"; $5 = "2020-02-02"; $6 = "yes" } 1' "$seeds" >equal.csv
sed '1s/$/,consent_profiling/; 2,52s/$/,no/; 53,$s/$/,yes/' "$seeds" >consents.csv
cp "$pool" twice.csv
seeds=nine.csv attempt 'nine seeds' match "$pool"
seeds=ten.csv attempt 'ten seeds' match "$pool" --family centroid
seeds=equal.csv attempt 'all equal' match "$pool"
seeds=consents.csv attempt 'nine that agreed' train "$pool"
seeds=twice.csv attempt 'the pool itself' match "$pool"
seeds=$pool attempt 'a pool of nine' match nine.csv
seeds=ten.csv attempt 'ten seeds and 20 folds' match "$pool" --folds 20
head -n 1 "$pool" >header.csv
seeds=header.csv attempt 'two headers alone' match header.csv
sed '1s/$/,consent_profiling/; 2,$s/$/,no/' "$seeds" >nobody.csv
seeds=nobody.csv attempt 'nobody agreed in either file' match nobody.csv
