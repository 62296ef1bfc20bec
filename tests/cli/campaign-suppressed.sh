# Somebody who objected, known by the hash of the address alone: not profiled, counted, still told when to be deleted; asked of no
# vendor; reached by nobody; in no group of the seeds.
. "$DATA/quiet"
lookalike suppress import --workspace ws --date 2025-01-01 --hashed email_sha256 --quiet - <<END
email_sha256
$(printf bo@example.org | sha256sum | cut -c 1-64)
END
night() { lookalike lifecycle --contacts contacts.csv --events events.csv --as-of 2025-06-30 --out quiet --floor 1 --workspace ws "$@" 2>&1; }
night | grep -e 'not profiled'
row() { awk -F , -v id="$1" 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i } $1 == id { print $1, $at["segment"], $at["delete_on"], $at["profiled"], "purchases [" $at["purchase_store_ever"] "] reason [" $at["reason"] "] class [" $at["reach_class"] "]" }' quiet/contacts.csv; }
row c2
row c3
grep -c '^c2,' quiet/request/*.csv quiet/deletions.csv
tr -d ' \n' <quiet/lifecycle.json | grep -o '"profiling":{[^}]*}'
printf 'contact_id,id_type,platform,id,consent\nc1,cookie,dsp,k1,yes\nc2,cookie,dsp,k2,yes\nc3,cookie,dsp,k3,yes\n' >identities.csv
# Nobody of these consented to advertising; the table without its consents says nothing of that.
cut -d , -f 1,2,4,6 contacts.csv >plain.csv && mv plain.csv contacts.csv
night >said
printf 'contact_id,timestamp,path\nc2,2025-05-20,banner\nc3,2025-05-20,banner\n' >exposures.csv
lookalike campaign onboard --contacts quiet --identities identities.csv --workspace ws --out reach 2>&1 | grep -e 'by 1' -e 'not used'
grep '^c[23],' reach/reach.csv
cat reach/reactivation/banner.csv
lookalike campaign allocate --budget 10 --workspace ws --out wave --quiet 2>/dev/null
cut -d , -f 1,2 wave/allocation.csv
# c5 objects behind the onboarding: the wave that was drawn stays, no other is drawn before everybody was looked at again.
cp wave/allocation.csv drawn.csv
printf 'email\ned@example.org\n' | lookalike suppress import - --workspace ws --date 2025-06-01 --quiet
lookalike campaign allocate --budget 10 --wave 2 --workspace ws --out wave-2 --quiet 2>&1
lookalike campaign allocate --budget 10 --workspace ws --out wave --quiet 2>/dev/null && cmp wave/allocation.csv drawn.csv && echo 'the same wave'
lookalike campaign onboard --contacts quiet --identities identities.csv --workspace ws --out reach --quiet 2>/dev/null
lookalike campaign allocate --budget 10 --wave 2 --workspace ws --out wave-2 2>&1 | grep wave
printf 'contact_id,timestamp,path\nc2,2025-05-21,banner\nc3,2025-05-21,banner\n' >registrations.csv
lookalike campaign registrations --registrations registrations.csv --workspace ws --out registered --quiet 2>/dev/null
lookalike campaign seeds --exposures exposures.csv --workspace ws --out seeds 2>&1 | grep 'left out'
cut -d , -f 1,2 seeds/crm.csv
