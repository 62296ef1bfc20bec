#!/usr/bin/env python3
"""normalise_test.py LOOKALIKE [IDENTITIES]: our normalising beside facebook-business (Meta's own SDK) and phonenumbers.

Random e-mails, names, places, postal codes, countries and phones, IDENTITIES of each and the same ones every time, go through
`lookalike hash` and through the peer. Where the two differ, the difference must be one that a documented rule explains (EXPLAINED);
each is counted. Any other is printed and fails the test. The last line is "N passed, N failed".
"""
import collections
import importlib.util
import os
import random
import subprocess
import sys
import tempfile
import unicodedata

import phonenumbers
from phonenumbers import PhoneNumberFormat, PhoneNumberType

passed, failed = 0, 0
explained = collections.Counter()


def meta_sdk():
    """The one file of the SDK that normalises; its package would ask for a dozen more."""
    root = importlib.util.find_spec("facebook_business").submodule_search_locations[0]
    spec = importlib.util.spec_from_file_location("normalize", os.path.join(root, "adobjects/serverside/normalize.py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.Normalize


def ours(lookalike, platform, field, values, country=None):
    """What `lookalike hash` makes of each value; "" for what it refuses. Values have no quotes, commas or newlines."""
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", newline="") as file:
        file.write("".join(v + "\n" for v in values))
        file.flush()
        command = [lookalike, "hash", "--platform", platform, "--field", field, "--encoding", "plain", "--in", file.name, "--quiet"]
        run = subprocess.run(command + (["--country", country] if country else []), check=True, capture_output=True)
    rows = run.stdout.decode("utf-8").split("\n")[1:-1]
    assert len(rows) == len(values), "a row a value"
    return [row.split(",")[1] for row in rows]


def judge(what, value, mine, theirs, explain):
    global passed, failed
    reason = None if mine == theirs else explain(value, mine, theirs)
    if mine == theirs:
        passed += 1
    elif reason:
        passed += 1
        explained[f"{what}: {reason}"] += 1
    else:
        failed += 1
        if failed <= 20:
            print(f"{what}: {value!r}: ours {mine!r}, theirs {theirs!r}")


# ---- e-mails, postal codes, countries: Meta's SDK -------------------------------------------------


def sdk(normalize, field, value):
    try:
        return normalize.normalize_field_skip_hashing(field, value) or ""
    except (TypeError, ValueError):
        return ""


LETTERS = ["a", "B", "z", "9", ".", "-", "_", "+", "'", "É", "ß", "é", "e\u0301", "Σ", "İ", "ñ", "Ж", "中", "\u200b", "\u00ad", "😀", " ", "\u00a0",
           "(", "@", ";", "<"]


def random_email(draw):
    usual = LETTERS[:9]
    pick = lambda: draw.choice(LETTERS) if draw.random() < .05 else draw.choice(usual)
    local = "".join(pick() for _ in range(draw.randint(0 if draw.random() < .02 else 1, 12)))
    domain = draw.choice(["gmail.com", "Example.ORG", "mail.example.co.uk", "exämple.de", "localhost", "example..org", ".example.org", "example.org."])
    at = "" if draw.random() < .02 else "@"
    around = draw.choice(["", "", "", " ", "\u00a0", "\u3000", "  "])
    return around + local + at + domain + draw.choice(["", "", "", " ", "\t"])


def explain_email(value, mine, theirs):
    if mine == "":
        inner = theirs
        if any(unicodedata.category(c) in ("Cf", "Cc", "So", "Co", "Cn", "Sk") for c in inner):
            return "unseen characters and symbols are refused"
        if inner.count("@") > 1 or inner.startswith("@"):
            return "one @, with something before it"
        if any(c in ' "(),:;<>[]\\' or c.isspace() for c in inner.split("@")[0] + inner.split("@")[-1]):
            return "no spaces and no marks that want quotes"
        domain = inner.rsplit("@", 1)[-1]
        if any(c in "!#$%&'*+/=?^`{|}~" for c in domain):
            return "marks that may stand before the @ alone"
        if ".." in domain or domain[0] == "." or domain[-1] == "." or "." not in domain:
            return "a domain has a dot, none at its edges nor two in a row"
        return None
    if mine == unicodedata.normalize("NFC", theirs):
        return "NFC"
    # Simple mappings: Python's lower() makes two characters of one and looks at what stands around a sigma.
    if mine == unicodedata.normalize("NFC", unicodedata.normalize("NFC", value.strip()).replace("İ", "i").replace("Σ", "σ").lower()):
        return "NFC, lower-case by character"
    return None


def random_zip(draw):
    kinds = ["75001", "37221-3312", "SW1A 1AA", " 10115 ", "1012 AB", "K1A 0B1", "940 32", "d-10115", "2000-\u00e9"]
    return "".join(c if draw.random() < .8 else draw.choice("0123456789 aZ-") for c in draw.choice(kinds))


def same_or_nothing(value, mine, theirs):
    return None


def random_country(draw):
    if draw.random() < .5:
        return "".join(draw.choice("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz") for _ in range(2))
    return draw.choice(["fr", "FR", " Gb ", "us", "U.S.", "France", "xx", "zz", "d", "Ch", "12", "UK", "EL", "eu"])


def explain_country(value, mine, theirs):
    if mine == "" and not value.strip().isalpha() and theirs != "":
        return "a code is two letters: nothing is taken out of it"
    return None


def random_name(draw):
    """Without marks: what these become the SDK does not say."""
    letters = ["a", "B", "z", "9", "é", "É", "ß", "e\u0301", "ñ", "Ж", "中", "Ø", "Ł", "đ", "Σ", "İ"]
    return draw.choice(["", " ", "\u00a0"]) + "".join(draw.choice(letters) for _ in range(draw.randint(1, 9))) + draw.choice(["", " "])


def explain_name(value, mine, theirs):
    if mine == unicodedata.normalize("NFC", theirs):
        return "NFC"
    if mine == unicodedata.normalize("NFC", unicodedata.normalize("NFC", value.strip()).replace("İ", "i").replace("Σ", "σ").lower()):
        return "NFC, lower-case by character"
    return None


def random_city(draw):
    return "".join(draw.choice("aBzX .") for _ in range(draw.randint(1, 9)))


def random_state(draw):
    return draw.choice([" ", ""]) + "".join(draw.choice("abcXYZ") for _ in range(draw.choice([2, 2, 2, 3]))) + draw.choice([" ", ""])


def explain_state(value, mine, theirs):
    return "a code is two letters" if mine == "" and len(value.strip()) != 2 else None


def random_international(draw):
    """Of a country whose plan is known, with its calling code: the SDK knows of no other spelling."""
    number = random_number(draw, draw.choice(COUNTRIES))
    whole = phonenumbers.format_number(number, PhoneNumberFormat.INTERNATIONAL)
    return draw.choice([whole, whole.replace("+", "00"), whole.replace(" ", ""), " " + whole, whole.replace("-", " ")])


def compare_meta(lookalike, normalize, draw, count):
    fields = [("email", "em", random_email, explain_email), ("zip", "zp", random_zip, same_or_nothing),
              ("country", "country", random_country, explain_country), ("given_name", "fn", random_name, explain_name),
              ("family_name", "ln", random_name, explain_name), ("city", "ct", random_city, same_or_nothing),
              ("state", "st", random_state, explain_state), ("phone", "ph", random_international, same_or_nothing)]
    for field, name, make, explain in fields:
        values = [v for v in (make(draw) for _ in range(count)) if v.strip("\n")]
        for value, mine in zip(values, ours(lookalike, "meta", field, values)):
            judge(f"meta {field}", value, mine, sdk(normalize, name, value), explain)


# ---- phones: libphonenumber ------------------------------------------------------------------------

COUNTRIES = ("AT AU BE BG BR CA CH CI CY CZ DE DK DZ EE ES FI FR GB GR HK HR HU IE IL IN IS IT JP LT LU LV MA MC MT MX NL NO NZ PL PT RO SE SG "
             "SI SK SN TN TR US ZA").split()
STRANGERS = "KE AR UA VN EG NG".split()  # whose numbering plan we do not have


def random_number(draw, region):
    """A valid fixed or mobile number of the region: an example with its last four digits drawn."""
    while True:
        kind = draw.choice([PhoneNumberType.FIXED_LINE, PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE])
        number = phonenumbers.example_number_for_type(region, kind)
        if number is None:
            continue
        number.national_number = number.national_number // 10 ** 4 * 10 ** 4 + draw.randrange(10 ** 4)
        if phonenumbers.is_valid_number_for_region(number, region):
            return number


def random_spelling(draw, number, region):
    national = phonenumbers.format_number(number, PhoneNumberFormat.NATIONAL)
    whole = phonenumbers.format_number(number, PhoneNumberFormat.INTERNATIONAL)
    e164 = phonenumbers.format_number(number, PhoneNumberFormat.E164)
    digits = "".join(c for c in national if c.isdigit())
    return draw.choice([national, national, whole, whole, e164, digits, "00" + e164[1:], " " + whole.replace(" ", ".") + " ",
                        national.replace(" ", "\u00a0"), national.replace(" ", "/"), national + "x12", "tel " + digits, digits[:-3], digits + "77"])


def libphonenumber(value, region):
    try:
        number = phonenumbers.parse(value, region)
    except phonenumbers.NumberParseException:
        return "", False
    return phonenumbers.format_number(number, PhoneNumberFormat.E164), phonenumbers.is_valid_number(number)


def compare_phones(lookalike, draw, count):
    for region in COUNTRIES + STRANGERS:
        made = [random_number(draw, region) for _ in range(max(1, count // len(COUNTRIES + STRANGERS)))]
        values = [random_spelling(draw, number, region) for number in made]
        for value, mine in zip(values, ours(lookalike, "google", "phone", values, region)):
            theirs, valid = libphonenumber(value, region)

            def explain(value, mine, theirs, region=region, valid=valid):
                if mine == "":
                    if any(c.isalpha() for c in value):
                        return "letters: an extension or a word is refused"
                    if not valid:
                        return "no valid number: refused"
                    if region in STRANGERS and not value.lstrip().startswith(("+", "00")):
                        return "a national spelling of a country whose numbering plan is not known is refused"
                return None if valid or theirs == "" else "no valid number: taken by its length"

            judge(f"phone {region}", value, mine, theirs, explain)


def main():
    lookalike = sys.argv[1]
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 5000
    draw = random.Random(20261124)
    compare_meta(lookalike, meta_sdk(), draw, count)
    compare_phones(lookalike, draw, count)
    for reason, times in sorted(explained.items()):
        if not reason.startswith("phone") or os.environ.get("DETAILS"):
            print(f"explained, {times}: {reason}")
    phones = collections.Counter()
    for reason, times in explained.items():
        if reason.startswith("phone"):
            phones[reason.split(": ", 1)[1]] += times
    for reason, times in sorted(phones.items()):
        print(f"explained, {times}: phone: {reason}")
    print(f"{passed} passed, {failed} failed")
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())
