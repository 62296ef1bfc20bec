/* What others know of a contact: the lines of append.csv and identities.csv. */
#include "identity/identity.h"
#include "simulate/draws.h"
#include "simulate/row.h"
#include "simulate/tables.h"

/* ---- third parties ---------------------------------------------------------------------------- */

/* What a vendor says about a fact: nothing, the truth, or its contrary. */
static char *put_said(const struct lka_vendor *vendor, struct lka_random *random, bool truth, const char *yes,
                      const char *no, char *at)
{
    double unknown = lka_random_uniform(random);
    double error = lka_random_uniform(random);
    bool said = error < vendor->errors ? !truth : truth;
    return lka_put_text(unknown < vendor->unknown ? "" : said ? yes : no, at);
}

/* Only of those who gave no sign for half a year: nobody else is sent to a vendor. */
void lka_crm_write_append(const struct lka_crm_line *line)
{
    const struct lka_life *life = line->life;
    const struct lka_life_world *setting = line->tables->setting;
    struct lka_text *file = &line->block->files[LKA_TABLE_APPEND];
    int64_t as_of = setting->calendar.as_of * 86400;
    if (line->last_touch != INT64_MIN && line->last_touch >= as_of - INT64_C(180) * 86400) {
        return;
    }
    struct lka_random random = lka_random_start(line->tables->append_key, life->index);
    for (size_t v = 0; v < setting->brand->third_party.vendor_count; v++) {
        const struct lka_vendor *vendor = &setting->brand->third_party.vendors[v];
        bool covered = lka_draw_happens(&random, vendor->covers);
        char *at = covered ? lka_wave_room(file, 128) : NULL;
        if (!at) {
            continue;
        }
        bool dead = life->died != INT64_MAX;
        at = lka_put_id(line, at);
        at = lka_put_text(vendor->name, at);
        at = put_said(vendor, &random, life->invalid == INT64_MAX, "valid", "invalid", at);
        at = put_said(vendor, &random, dead, "yes", "no", at);
        at = put_said(vendor, &random, life->elsewhere && !dead, "yes", "no", at);
        at[-1] = '\n';
        lka_wave_end(file, at);
        line->counts->append++;
    }
}

/* ---- identities ------------------------------------------------------------------------------- */

/* SHA-256 of the address in its plain form; false where the CRM has none. Addresses of the world are ASCII. */
static bool hash_email(const struct lka_crm_line *line, char hex[65])
{
    const struct lka_person *person = &line->life->person;
    char email[192];
    if (lka_person_lacks(person, LKA_IDENTIFIER_EMAIL, person->draws[LKA_DRAW_EMAIL])) {
        return false;
    }
    char *end = lka_person_write_email(line->tables->setting->world, person, email) - 1;
    for (char *c = email; c < end; c++) {
        *c = (char)(*c >= 'A' && *c <= 'Z' ? *c + 32 : *c);
    }
    return lka_sha256_hex((struct lka_span){email, (uint32_t)(end - email)}, hex);
}

static void write_identity(const struct lka_crm_line *line, const char *hex, unsigned type, bool consent, uint64_t bits)
{
    static const char *const platforms[LKA_REACH_TYPES] = {"meta", "google", "google"};
    const struct lka_calendar *calendar = &line->tables->setting->calendar;
    char *at = lka_wave_room(&line->block->files[LKA_TABLE_IDENTITIES], 256);
    if (!at) {
        return;
    }
    char *start = at;
    at = hex ? lka_put_text(hex, at) : lka_put_text("", at);
    at = hex ? lka_put_text("", at) : lka_put_id(line, at);
    at = lka_put_text(lka_reach_type_names[type], at);
    at = lka_put_text(platforms[type], at);
    /* One that refused is another identity of the same person. */
    at = lka_put_identity(line->outcome->bits ^ (consent ? 0 : 1), type, at);
    *at++ = ',';
    uint64_t span = (uint64_t)(calendar->as_of - calendar->first_day);
    uint64_t days = 100 + bits % 400; /* last seen before the campaign */
    days = days < span ? days : span;
    memcpy(at, calendar->days + (span - days) * LKA_DAY_TEXT, 10);
    at[10] = ',';
    at = lka_put_yes(consent, at + 11);
    at[-1] = '\n';
    line->block->files[LKA_TABLE_IDENTITIES].length += (size_t)(at - start);
    line->counts->identities++;
}

void lka_crm_write_identities(const struct lka_crm_line *line)
{
    const struct lka_outcome *outcome = line->outcome;
    char hex[65];
    if (outcome->types == 0 && !outcome->refused) {
        return;
    }
    /* One in seven is onboarded by the contact's id. */
    bool by_id = outcome->bits % 7 == 0 || !hash_email(line, hex);
    for (unsigned type = 0; type < LKA_REACH_TYPES; type++) {
        if ((outcome->types & 1U << type) != 0) {
            write_identity(line, by_id ? NULL : hex, type, true, outcome->bits >> (8 + 4 * type));
        }
    }
    if (outcome->refused) {
        write_identity(line, by_id ? NULL : hex, (unsigned)(outcome->bits >> 40) % LKA_REACH_TYPES, false,
                       outcome->bits >> 30);
    }
}
