# Truths that say nothing.
. "$DATA/shell"
sed -n 's/\(p[0-9]*\),.*/\1,0/p' "$pool" | sed '1i id,label' >good
cp good truth.csv
truth() {
    cp good truth.csv
    eval "${2:-:}"
    attempt "$1" lookalike evaluate --quiet --model "$model" --seeds "$seeds" --pool "$pool" --truth truth.csv --out quality
}
truth 'nobody is positive'
truth 'everybody is' "sed -i 's/,0/,1/' truth.csv"
truth 'a label of 2' "sed -i '5s/,0/,2/' truth.csv"
truth 'no label' "sed -i '5s/,0/,/' truth.csv"
truth 'no column label' "sed -i '1s/label/truth/' truth.csv"
truth 'no id' "sed -i '1s/id/who/' truth.csv"
truth 'an id twice' "echo p3,1 >>truth.csv"
truth 'a header alone' "sed -i '2,\$d' truth.csv"
truth 'an empty file' ": >truth.csv"
truth 'a missing file' "rm truth.csv"
truth 'somebody else' "sed -i 's/^p/q/' truth.csv"
truth 'a part of the pool' "sed -i '100,\$d; 2,50s/,0/,1/' truth.csv"
