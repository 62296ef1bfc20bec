# What a platform takes is told from the same rules that files are written by; a platform more is a file more.
cat >shop.yaml <<'Y'
platform: shop
title: The shop
version: shop-1
source: its manual
date: 2026-11
verified: false
unverified: the limit
minimum: 10
seeds: {minimum: 20, advised: 50, how: By hand}
fields:
  email: {from: email, steps: [trim, lower, email], hash: sha1, encoding: base64}
  town: {steps: [trim], not_in_eea: true}
keys: [email]
formats:
  csv: {kind: csv, columns: [{Mail: email}, {Town: town}], rows: 50, add: by hand}
Y
lookalike platforms --platform shop.yaml
lookalike platforms --platform meta --platform ttd | grep '^#'
lookalike platforms --format json | python3 -c 'import json, sys; print(*[p["name"] for p in json.load(sys.stdin)["platforms"]])'
lookalike platforms --platform facebok
sed -i 's/minimum: 20/minimum: many/' shop.yaml
lookalike platforms --platform shop.yaml
