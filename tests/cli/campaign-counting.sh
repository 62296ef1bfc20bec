# `seeds` counts as lifecycle did: what is a touch, what is a machine's, which column has the day of signing up. What is said here
# goes before that.
. "$DATA/shell"
cat >contacts.csv <<'END'
contact_id,email,joined,city
a,a@example.org,2021-03-01,Lille
b,b@example.org,2021-04-01,Lyon
END
cat >events.csv <<'END'
contact_id,timestamp,type,channel,campaign,user_agent
a,2022-01-10T09:00:00Z,send,email,m1,
a,2022-01-10T09:00:20Z,click,email,m1,
a,2022-02-10T09:00:00Z,visit,web,,
a,2022-03-10T09:00:00Z,visit,web,,OurTool 1.0
b,2022-03-01T09:00:00Z,visit,web,,
END
printf 'bot:\n  - {has: ourtool, source: us, seen: 2022-03}\n' >machines.yaml
printf 'contact_id,id_type,platform,id,consent\na,cookie,dsp,k1,yes\nb,cookie,dsp,k2,yes\n' >identities.csv
printf 'contact_id,timestamp,path\na,2025-05-20,banner\n' >exposures.csv
printf 'contact_id,timestamp,path\na,2025-05-21,banner\n' >registrations.csv
brand() {
    rm -rf ws quiet reach registered
    lookalike lifecycle --quiet --contacts contacts.csv --events events.csv --as-of 2025-06-30 --workspace ws --out quiet "$@" || return
    lookalike campaign onboard --quiet --contacts quiet --identities identities.csv --workspace ws --out reach
    lookalike campaign registrations --quiet --registrations registrations.csv --workspace ws --out registered
} 2>/dev/null
seeds() {
    lookalike campaign seeds --exposures exposures.csv --workspace ws --out seeds --quiet "$@" 2>/dev/null || return
    awk -F , 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i } $1 == "a" {
        print "engaged", $at["ever_engaged"], "touch", $at["last_touch_days"], "clicks", "click_email_ever" in at ? $at["click_email_ever"] : "-", "visits", $at["visit_web_ever"] }' seeds/crm.csv
}
echo '# nothing said'
brand --signed-up joined --floor 1
seeds
echo '# clicks alone are touches; 30 seconds for scanners; machines of our own'
brand --signed-up joined --floor 1 --touch click --scanner-seconds 30 --machines machines.yaml
seeds
tr -d ' \n' <seeds/campaign.json | grep -o '"touch":[^]]*]\|"scanner-seconds":[0-9.]*\|"signed-up":"[a-z]*"\|"attributes":{[^}]*}'
echo '# other touches than lifecycle'
seeds --touch visit --touch click --scanner-seconds 15
echo '# a role said once holds for what is made of the contacts, until another one is said'
seeds >said && head -n 1 seeds/crm.csv | tr , '\n' | grep -c city
brand --signed-up joined --floor 1 --role city=ignore --touch click --machines machines.yaml
seeds >said; head -n 1 seeds/crm.csv | tr , '\n' | grep -c city
seeds --role city=feature >said; head -n 1 seeds/crm.csv | tr , '\n' | grep -c city
echo '# what is refused'
attempt 'a touch that is none' lookalike campaign seeds --exposures exposures.csv --workspace ws --out other --quiet --touch send
rm machines.yaml
attempt 'machines that are gone' lookalike campaign seeds --exposures exposures.csv --workspace ws --out other --quiet
