# Tables of odd shapes: each ends in a model and its warnings, or says what is wrong.
. "$DATA/shell"
# people FILE PREFIX ROWS EXPRESSION: id and what awk prints of i
people() { awk -v n="$3" "BEGIN { print \"id,a,b\"; for (i = 1; i <= n; i++) printf \"$2%d,%s\\n\", i, $4 }" >"$1"; }
both() { attempt "$1" lookalike train --quiet --family logistic --same-ids --seeds s.csv --pool p.csv --model m.safetensors "${@:2}"; }

people s.csv s 60 '40 + i % 17 ",x"'
people p.csv p 400 '30 + i % 31 ",x"'
both 'one column that is worth something'
people s.csv s 60 'i % 2 ? "u," : "v,"'
people p.csv p 400 'i % 2 ? "u," : "v,"'
both 'nothing in one column, and chance in the other'
people s.csv s 60 '","'
people p.csv p 400 '","'
both 'nothing in any column'
people s.csv s 60 'i % 7 ","'
people p.csv p 400 'i % 7 "," i % 3'
both 'a column that the seeds lack'
people s.csv p 60 'i % 7 "," i % 5'
people p.csv p 400 'i % 7 "," i % 5'
both 'all seeds are in the pool'
people s.csv s 60 'i % 7 ",v" i'
people p.csv p 20000 'i % 7 ",w" i'
both 'a category of as many values as rows'
people s.csv s 60 '40 + i % 17 "," i % 5'
people p.csv p 400 'i == 9 ? "1.7e308,1" : 30 + i % 31 "," i % 7'
both 'a number as large as numbers are'
people s.csv s 60 'i % 7 "," (i % 40 ? "yes" : "no")'
people p.csv p 2000 'i % 7 "," (i % 40 ? "no" : "yes")'
both 'a column that gives it away'
both 'without it' --exclude b
people s.csv s 60 'i % 7 "," (i % 2 ? "shop" : "web")'
people p.csv p 2000 'i % 7 "," (i % 2 ? "app" : "web")'
both 'a value that seeds alone have'
people s.csv s 60 '(i % 20) * (i % 20) ",x"'
people p.csv p 2000 'i ",x"'
both 'every seed three times'
awk 'BEGIN { print "contact_id,group,features_as_of,weight,age"
    for (i = 1; i <= 200; i++) printf "c%d,%s,2024-05-01,%s,%d\n", i, i <= 40 ? "reactivated" : "silent", i == 7 ? "1e9" : 1, 30 + i % 40 }' >crm.csv
attempt 'a weight above all others' lookalike train --quiet --family logistic --repeats 1 --crm crm.csv --model m.safetensors
awk 'BEGIN { print "contact_id,group,features_as_of,age"
    for (i = 1; i <= 100; i++) printf "c%d,reactivated,2024-05-01,%d\nc%d,silent,2024-05-01,%d\n", i, i % 40, i, i % 40 }' >crm.csv
attempt 'contacts in both groups' lookalike train --quiet --family logistic --crm crm.csv --model m.safetensors
people s.csv s 10 '40 + i % 7 ",x"'
people p.csv p 400 '30 + i % 31 ",x"'
both 'more folds than seeds: folds without any' --folds 20
seq 1000000 | sed 's/.*/p&,&,v&/; 1i id,a,b' | sed 's/,[0-9]*\([0-9]\),/,\1,/' >p.csv
people s.csv s 60 'i % 7 ",w" i'
both 'a category of a million values'
# wide FILE PREFIX ROWS: 5,000 columns, of which a row fills three
wide() {
    awk -v n="$3" "BEGIN { printf \"id\"; for (j = 0; j < 5000; j++) printf \",c%d\", j; print \"\"
        for (i = 1; i <= n; i++) { printf \"$2%d\", i; a = i % 90; b = (i * 7) % 5000; c = (i * 13) % 5000
            for (j = 0; j < 5000; j++) printf (j == a || j == b || j == c) ? \",1\" : \",\"; print \"\" } }" >"$1"
}
wide s.csv s 60
wide p.csv p 240
both 'thousands of nearly empty columns'
