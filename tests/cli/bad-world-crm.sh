# Mistakes in what simulate crm alone needs: all of them in one go, each with its place; and counts that cannot be.
lookalike simulate crm --quiet --contacts 10 --prospects 10 --out made
cat made/truth/world.yaml >right.yaml
sed -e 's/  fades_a_month: .05/  fades_a_month: 5/' -e 's/^machines:/machine:/' -e 's/  click: .16 /  clic: .16 /' \
    -e 's/needs: \[cookie, maid\]/needs: [cookie, mail]/' -e 's/abroad: 2.2/aboard: 2.2/' right.yaml >wrong.yaml
lookalike simulate crm --contacts 10 --prospects 10 --world wrong.yaml --out other
echo "exit $?"
sed -e 's/  lasts: 21/  lasts: 100/' right.yaml >long.yaml
lookalike simulate crm --contacts 10 --prospects 10 --world long.yaml --out other
echo "exit $?"
sed -e 's/    correlation: -.3/    correlation: -.95/' right.yaml >far.yaml
lookalike simulate crm --contacts 10 --prospects 10 --world far.yaml --out other
echo "exit $?"
lookalike simulate crm --contacts 10 --prospects 10 --out -
echo "exit $?"
lookalike simulate crm --contacts 0 --prospects 10 --out other
echo "exit $?"
lookalike simulate crm --contacts 10 --prospects 10
echo "exit $?"
ls
# The world that was written makes the same once more.
lookalike simulate crm --quiet --contacts 10 --prospects 10 --world right.yaml --out again
diff -r made again && echo 'the same'
