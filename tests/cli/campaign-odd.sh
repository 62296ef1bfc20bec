# An id that two contacts claim reaches neither; whoever was deleted, and registers, is a new contact; keys that contradict each
# other are told; who comes before the wave or twice counts once.
printf 'contact_id,segment,inactive,email\nC1,at_risk,yes,a@example.org\nC2,at_risk,yes,b@example.org\nC3,at_risk,yes,c@example.org\n' >before.csv
printf 'contact_id,id_type,platform,id,consent\nC1,cookie,dsp,k1,yes\nC2,cookie,dsp,k1,yes\nC3,cookie,dsp,k3,yes\n' >identities.csv
onboard() { lookalike campaign onboard --contacts "$1" --identities identities.csv --workspace ws --out reach 2>&1 | sed -n '/reach/,/not used/p'; }
echo '# two claim k1'
onboard before.csv
echo '# C3 was deleted meanwhile'
grep -v C3 before.csv >after.csv
onboard after.csv
printf 'contact_id,email,new_email,timestamp,path\nC3,c@example.org,c3@example.org,2025-06-01,banner\nC1,b@example.org,c1@example.org,2025-06-02T10:00:00Z,banner\nC1,b@example.org,c1@example.org,2025-06-02T12:00:00+02:00,banner\n' >registrations.csv
lookalike campaign registrations --registrations registrations.csv --workspace ws --out registered 2>&1 | grep -v '^ *wrote'
cat registered/registrations.csv registered/conflicts.csv
