/* The lines of exposures.csv and registrations.csv, and the truth about them. */
#include "simulate/row.h"
#include "simulate/tables.h"

/* Addresses hold a number made of the index: those of nobody in contacts.csv begin here (contacts end at 500
 * million). */
static const uint64_t NEW_ADDRESS = 600000000;
static const uint64_t STRANGER = 800000000;

/* ---- exposures -------------------------------------------------------------------------------- */

/* The identity through which the path reached the contact. */
static unsigned type_used(const struct lka_crm_line *line)
{
    const struct lka_brand_path *path = &line->tables->setting->brand->reactivation.paths[line->outcome->path];
    return (unsigned)__builtin_ctz(path->needs & line->outcome->types);
}

static char *put_whom(const struct lka_crm_line *line, bool by_contact, bool by_identity, char *at)
{
    at = by_contact ? lka_put_id(line, at) : lka_put_text("", at);
    if (!by_identity) {
        return lka_put_text("", lka_put_text("", at));
    }
    unsigned type = type_used(line);
    at = lka_put_text(lka_reach_type_names[type], at);
    at = lka_put_identity(line->outcome->bits, type, at);
    *at++ = ',';
    return at;
}

static void write_exposures(const struct lka_crm_line *line)
{
    const struct lka_outcome *outcome = line->outcome;
    const struct lka_life_world *setting = line->tables->setting;
    struct lka_text *file = &line->block->files[LKA_TABLE_EXPOSURES];
    bool by_contact = (outcome->bits & 1) != 0;
    for (size_t e = 0; e < outcome->exposures; e++) {
        char *at = lka_wave_room(file, 192);
        if (!at) {
            return;
        }
        at = put_whom(line, by_contact, !by_contact, at);
        at = lka_event_write_time(&setting->calendar, outcome->exposed[e], at);
        *at++ = ',';
        at = lka_put_text(setting->brand->reactivation.paths[outcome->path].name, at);
        at[-1] = '\n';
        lka_wave_end(file, at);
    }
}

/* ---- registrations ---------------------------------------------------------------------------- */

/* What is typed into the form: the address of old, perhaps spelt otherwise, or a new one. */
static char *put_typed(const struct lka_crm_line *line, char *at)
{
    const struct lka_outcome *outcome = line->outcome;
    struct lka_person typist = line->life->person;
    uint64_t *draw = &typist.draws[LKA_DRAW_EMAIL];
    if (outcome->new_email) {
        typist.mailbox = NULL;
        typist.index = NEW_ADDRESS + line->life->index;
    } else if (!typist.mailbox && (outcome->bits >> 8 & 1) != 0) {
        /* All but the arrangement of the names: dots, tag, capital. */
        *draw ^= (outcome->bits >> 9 & 0x1FFF) << 19;
    }
    return lka_person_write_email(line->tables->setting->world, &typist, at);
}

static void write_registrant(const struct lka_crm_line *line, const char *typed, size_t length, bool stranger)
{
    struct lka_text *file = &line->block->files[LKA_TABLE_TRUTH_REGISTRANTS];
    char *at = lka_wave_room(file, 256);
    if (!at) {
        return;
    }
    memcpy(at, typed, length);
    at = stranger ? lka_put_text("", at + length) : lka_put_id(line, at + length);
    at = lka_put_text(stranger ? "stranger" : line->outcome->new_email ? "new_email" : "old_email", at);
    at[-1] = '\n';
    lka_wave_end(file, at);
}

static char *put_end(const struct lka_crm_line *line, int64_t time, bool opt_in, char *at)
{
    const struct lka_life_world *setting = line->tables->setting;
    at = lka_event_write_time(&setting->calendar, time, at);
    *at++ = ',';
    at = lka_put_text(setting->brand->reactivation.paths[line->outcome->path].name, at);
    at = lka_put_yes(opt_in, at);
    at[-1] = '\n';
    return at;
}

static void write_registration(const struct lka_crm_line *line)
{
    const struct lka_outcome *outcome = line->outcome;
    const struct lka_person *person = &line->life->person;
    struct lka_text *file = &line->block->files[LKA_TABLE_REGISTRATIONS];
    char *at = lka_wave_room(file, 640);
    if (!at) {
        return;
    }
    /* One in four comes by a link that names the contact; a third by an ad that knows the identity; and one in three
     * tells the address of old. */
    bool told = outcome->bits >> 50 & 1 &&
                !lka_person_lacks(person, LKA_IDENTIFIER_EMAIL, person->draws[LKA_DRAW_EMAIL]);
    at = put_whom(line, (outcome->bits >> 24 & 3) == 0, (outcome->bits >> 26) % 3 == 0, at);
    at = told ? lka_person_write_email(line->tables->setting->world, person, at) : lka_put_text("", at);
    char *typed = at;
    at = put_typed(line, at);
    write_registrant(line, typed, (size_t)(at - typed), false);
    at = put_end(line, outcome->registration, outcome->opt_in, at);
    lka_wave_end(file, at);
    line->counts->registered++;
}

/* A friend who was shown the page, and whom nobody knows. */
static void write_stranger(const struct lka_crm_line *line)
{
    const struct lka_world *world = line->tables->setting->world;
    struct lka_text *file = &line->block->files[LKA_TABLE_REGISTRATIONS];
    struct lka_person stranger;
    char *at = lka_wave_room(file, 384);
    if (!at) {
        return;
    }
    lka_person_draw(world, LKA_CRM, line->tables->stranger_key, line->life->index, &stranger);
    stranger.index = STRANGER + line->life->index;
    memcpy(at, ",,,,", 4);
    char *typed = at + 4;
    at = lka_person_write_email(world, &stranger, typed);
    write_registrant(line, typed, (size_t)(at - typed), true);
    int64_t last = line->tables->setting->calendar.as_of * 86400 - 1;
    int64_t time = line->outcome->registration + 3600 + (int64_t)(line->outcome->bits % 86400);
    at = put_end(line, time < last ? time : last, (stranger.draws[LKA_DRAW_SPARE] & 7) != 0, at);
    lka_wave_end(file, at);
    line->counts->strangers++;
}

/* ---- truth ------------------------------------------------------------------------------------ */

static void write_reach(const struct lka_crm_line *line)
{
    const struct lka_outcome *outcome = line->outcome;
    struct lka_text *file = &line->block->files[LKA_TABLE_TRUTH_REACH];
    char *at = lka_wave_room(file, 128);
    if (!at) {
        return;
    }
    at = lka_put_id(line, at);
    at = lka_put_share(outcome->reach, at);
    at = lka_put_yes(outcome->types != 0, at);
    at = lka_put_yes(outcome->inactive, at);
    at = lka_put_yes(outcome->path >= 0, at);
    at = lka_put_text(outcome->path >= 0 ? line->tables->setting->brand->reactivation.paths[outcome->path].name : "",
                      at);
    at[-1] = '\n';
    lka_wave_end(file, at);
}

static void write_chances(const struct lka_crm_line *line)
{
    struct lka_text *file = &line->block->files[LKA_TABLE_TRUTH_REGISTRATION];
    char *at = lka_wave_room(file, 192);
    if (!at) {
        return;
    }
    at = lka_put_id(line, at);
    for (size_t p = 0; p < line->tables->setting->brand->reactivation.path_count; p++) {
        at = lka_put_share(line->outcome->chance[p], at);
    }
    at = lka_put_yes(line->outcome->registered, at);
    at[-1] = '\n';
    lka_wave_end(file, at);
}

void lka_crm_write_campaign(const struct lka_crm_line *line)
{
    const struct lka_outcome *outcome = line->outcome;
    write_reach(line);
    if (!outcome->inactive) {
        return;
    }
    line->counts->inactive++;
    line->counts->reached += outcome->path >= 0;
    write_chances(line);
    if (outcome->path >= 0) {
        write_exposures(line);
    }
    if (outcome->registered) {
        write_registration(line);
        if (outcome->brings_stranger) {
            write_stranger(line);
        }
    }
}
