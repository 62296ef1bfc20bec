# CRM files that nothing can be learned from: each tells where, the value, what is allowed.
. "$DATA/shell"
crm() { lookalike train --quiet --model model.safetensors --family logistic --repeats 1 "$@"; }

# contacts REACTIVATED SILENT UNREACHED: crm.csv, and broken versions of it by sed.
contacts() {
    awk -v r="$1" -v s="$2" -v u="$3" 'BEGIN {
        print "contact_id,group,features_as_of,weight,age,city"
        for (i = 1; i <= r + s + u; i++)
            printf "c%d,%s,2024-05-%02d,1,%d,%s\n", i, i <= r ? "reactivated" : i <= r + s ? "silent" : "unreached",
                1 + i % 28, i <= r ? 50 + i % 9 : 30 + i % 25, i % 3 ? "Lyon" : "Lille"
    }' >crm.csv
}
broken() { contacts 20 80 60; sed "$1" crm.csv >broken.csv; }

contacts 20 80 60
cp crm.csv whole.csv
attempt 'neither seeds nor crm' crm
attempt 'a pool alone' crm --pool "$pool"
attempt 'both' crm --crm crm.csv --seeds "$seeds" --pool "$pool"
attempt 'weights without crm' crm --seeds "$seeds" --pool "$pool" --weights full
attempt 'no file' crm --crm none.csv
broken '4s/reactivated/returned/'
attempt 'unknown group' crm --crm broken.csv
broken '4s/reactivated//'
attempt 'no group' crm --crm broken.csv
broken '4s/2024-05-04/last May/'
attempt 'no date' crm --crm broken.csv
broken '4s/,2024-05-04,/,,/'
attempt 'an empty date' crm --crm broken.csv
broken '4s/,1,/,-1,/'
attempt 'negative weight' crm --crm broken.csv
broken '4s/,1,/,nan,/'
attempt 'weight that is no number' crm --crm broken.csv
broken '2,21s/,1,/,0,/'
attempt 'weights of 0' crm --crm broken.csv
broken '3,14s/,1,/,0,/'
attempt 'weights of 0, but a few' crm --crm broken.csv
broken '1s/group/grp/'
attempt 'no group column' crm --crm broken.csv
broken '1s/features_as_of/day/'
attempt 'no day column' crm --crm broken.csv
broken '1s/age,city/height,town/'
attempt 'no column in common with the pool' crm --crm broken.csv --pool "$pool"
contacts 9 80 60
attempt 'nine reactivated' crm --crm crm.csv
contacts 0 80 60
attempt 'none reactivated' crm --crm crm.csv
contacts 20 0 60
attempt 'no silent' crm --crm crm.csv
contacts 0 0 60
attempt 'none reached' crm --crm crm.csv
contacts 0 0 0
attempt 'a header alone' crm --crm crm.csv
contacts 20 80 0
attempt 'all reached' crm --crm crm.csv
{ cat whole.csv; echo c1,silent,2024-05-01,1,40,Lyon; } >twice.csv
rm model.safetensors
attempt 'a contact twice' crm --crm twice.csv
sed '4s/reactivated/returned/; 60s/2024/24/' whole.csv >two.csv
attempt 'two bad rows, tolerated' crm --crm two.csv --max-bad-rows 2
cut -d , -f 2 model.safetensors.crm.rejected.csv >&2
attempt 'nobody in the pool but contacts' crm --crm whole.csv --pool whole.csv
