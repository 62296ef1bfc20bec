# Made once for all tests, in $SHARED: a small simulated brand and a model of it; and people: 60 seeds and 400 prospects
# with a column of each type, and a model of them.
lookalike simulate pool --seeds-count 150 --prospects 3000 --out world
lookalike train --seeds world/seeds.csv --pool world/pool.csv --family logistic --model model.safetensors

# Random numbers of our own: every awk has others.
people() {
    awk -v prefix="$1" -v count="$2" -v older="$3" -v state="$4" '
    function draw(n) { state = (state * 69069 + 12345) % 4294967296; return int(state / 65536) % n }
    BEGIN {
        split("Paris Lyon Lille Nantes Nice", cities, " ")
        print "id,email,age,city,since,vip"
        for (i = 1; i <= count; i++)
            printf "%s%d,%s.%d@example.org,%d,%s,20%02d-%02d-%02d,%s\n", prefix, i, prefix, i, 20 + older + draw(40),
                cities[1 + draw(5)], 15 + draw(10), 1 + draw(12), 1 + draw(28), draw(2) ? "yes" : "no"
    }'
}
mkdir people
people s 60 15 1 >people/seeds.csv
people p 400 0 2 >people/pool.csv
lookalike train --seeds people/seeds.csv --pool people/pool.csv --family logistic --model people.safetensors
