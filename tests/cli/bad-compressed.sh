# Compressed files that are cut, damaged, or none.
. "$DATA/shell"
echo old >ranked.csv
gzip -nc "$pool" >whole.csv.gz
zstd -qc --check "$pool" >whole.csv.zst
flip() { { head -c 2000 "$1"; printf '\x55\xaa\x55'; tail -c +2004 "$1"; } >"flip-$1"; }
for form in gz zst; do
    head -c 3000 whole.csv.$form >cut.csv.$form
    head -c -2 whole.csv.$form >end.csv.$form
    flip whole.csv.$form
    { cat whole.csv.$form; printf junk; } >junk.csv.$form
    : >empty.csv.$form
    cp "$pool" none.csv.$form
    for file in cut end flip-whole junk empty none; do
        attempt "$file, $form" score $file.csv.$form 2>&1 | sed -E 's/(after|at byte) [0-9]+/\1 N/; s/ \([A-Z].*\)| \(i.*\)/ (...)/' >&2
    done
    attempt "cut, $form, matched" match cut.csv.$form
done
