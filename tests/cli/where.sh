# --where: the same rule for match, train, score, evaluate and explain; who is left out by it is counted.
. "$DATA/shell"
rule="city <> 'Paris' and age >= 30"
awk -F, 'NR==1 { for (i = 1; i <= NF; i++) at[$i] = i; print; next }
         $at["city"] != "" && $at["city"] != "Paris" && $at["age"] != "" && $at["age"] >= 30' "$pool" >by-hand.csv
wc -l <by-hand.csv
lookalike match --seeds "$seeds" --pool "$pool" --where "$rule" --top 100% --out by-rule.csv --save-model by-rule.safetensors 2>&1 | grep -A 1 '  pool'
lookalike match --seeds "$seeds" --pool by-hand.csv --top 100% --out by-hand-ranked.csv --quiet
cmp by-rule.csv by-hand-ranked.csv && echo the same as from the rows picked by hand
lookalike train --seeds "$seeds" --pool "$pool" --where "$rule" --model m.safetensors 2>&1 | grep 'by --where'
lookalike score --model m.safetensors --pool "$pool" --where "$rule" --seeds "$seeds" --top 100% --out scored.csv 2>&1 | grep 'by --where'
cmp by-rule.csv scored.csv && echo match is train and score
lookalike evaluate --model m.safetensors --seeds "$seeds" --pool "$pool" --where "$rule" --out quality 2>&1 | grep 'by --where'
last=$(tail -n 1 by-rule.csv | cut -d , -f 2)
lookalike explain --model m.safetensors --pool "$pool" --where "$rule" --seeds "$seeds" --row $last 2>/dev/null | sed -n 1p
lookalike explain --model m.safetensors --pool "$pool" --where "city = 'nowhere'" --row $last 2>/dev/null | sed -n 1p
# Wherever the rule stands, the same words.
lookalike match --seeds "$seeds" --pool "$pool" --where "citi = 'Paris'" --out x.csv
lookalike train --seeds "$seeds" --pool "$pool" --where "city = 'nowhere'" --model x.safetensors
lookalike score --model m.safetensors --pool "$pool" --where "city = 'nowhere'" --out x.csv
lookalike score --model m.safetensors --pool "$pool" --where "city = Paris" --out x.csv
lookalike explain --model m.safetensors --pool "$pool" --where "age in (select 1)" --row $last
ls x.* 2>/dev/null
