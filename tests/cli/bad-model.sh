# A model that is none, cut, changed, or newer.
. "$DATA/shell"
echo old >ranked.csv
header=$(od -An -tu8 -N8 "$model" | tr -d ' ')
bytes=$(stat -c %s "$model")
bad() {
    model=bad.safetensors attempt "$1" score "$pool"
}
cut() {
    head -c $2 "$model" >bad.safetensors
    bad "cut to $1"
}
cut 'nothing' 0
cut '7 bytes' 7
cut '8 bytes' 8
cut '1,000 bytes' 1000
cut 'its header' $((header + 8))
cut 'all but a byte' $((bytes - 1))
{ cat "$model"; echo; } >bad.safetensors
bad 'a byte too many'
change() { { head -c "$1" "$model"; printf "$2"; tail -c +$(($1 + 1 + ${#2})) "$model"; } >bad.safetensors; }
change $((bytes - 9)) 'changed'
bad 'a number changed'
change $(grep -abo -m1 'logistic' "$model" | sed 's/:.*//; q') 'centroid'
bad 'a text changed'
sed 's/"lookalike.format":"1"/"lookalike.format":"2"/' "$model" >bad.safetensors
bad 'of a newer format'
sed 's/lookalike\.format/lookalike.fromat/' "$model" >bad.safetensors
bad 'of another program'
sed 's/"lookalike.version"/"lookalike.format" /' "$model" >bad.safetensors
bad 'a key twice'
printf '\377\377\377\377\377\377\377\077{}' >bad.safetensors
bad 'a header without an end'
cp "$pool" bad.safetensors
bad 'a table'
model=missing.safetensors attempt 'a missing file' score "$pool"
model=. attempt 'a directory' score "$pool"
model=/dev/zero attempt 'a device' score "$pool"
sed 's/"lookalike.format":"1"/"lookalike.format":"2"/' "$model" >bad.safetensors
attempt 'evaluate' lookalike evaluate --model bad.safetensors --seeds "$seeds" --pool "$pool" --out quality
attempt 'explain' lookalike explain --model bad.safetensors --pool "$pool" --row p7
attempt 'inspect' lookalike inspect bad.safetensors
