# Few contacts of the CRM are like most of the pool: their weights are cut, and the summary and inspect say how many.
awk 'BEGIN {
    print "contact_id,group,features_as_of,weight,age,city"
    for (i = 1; i <= 3000; i++) {
        young = i % 100 == 0 || i % 101 == 0
        back = young ? i % 3 == 0 : i % 31 == 0
        print "C" i "," (back ? "reactivated" : "silent") ",2025-01-01,1," (young ? 25 : 60) "," (i * 7 % 5)
    }
}' >crm.csv
awk 'BEGIN {
    print "prospect_id,age,city"
    for (i = 1; i <= 3000; i++)
        print "P" i "," (i % 2 ? 25 : 60) "," (i * 3 % 5)
}' >pool.csv
lookalike train --crm crm.csv --pool pool.csv --family logistic --set logistic.l2=20 --weights full --model m.safetensors 2>&1 |
    grep 'weights cut'
lookalike inspect m.safetensors | grep -A 1 'weights cut'
