#include "campaign/reached.h"

#include "base/error.h"
#include "base/memory.h"

/* ---- reach.csv -------------------------------------------------------------------------------- */

/* Why a contact cannot be reached: of its identities, the one that came furthest. */
static const char *reason_of(const struct lka_onboarded *contact, const struct lka_identities *reach, size_t at,
                             size_t end)
{
    static const char *const reasons[LKA_UNUSED_COUNT] = {
        [LKA_UNUSED_CLAIMED] = "claimed by several contacts",
        [LKA_UNUSED_SUPPRESSED] = "objected",
        [LKA_UNUSED_NO_CONSENT] = "no consent",
        [LKA_UNUSED_NO_ADVERTISING] = "no advertising consent",
        [LKA_UNUSED_STALE] = "not seen lately",
    };
    if (contact->suppressed) {
        return reasons[LKA_UNUSED_SUPPRESSED];
    }
    const char *reason = "no identity";
    int furthest = -1;
    for (size_t i = at; i < end; i++) {
        if (reach->items[i].state > furthest) {
            furthest = reach->items[i].state;
            reason = reasons[furthest];
        }
    }
    return reason;
}

static void add_word(struct lka_text *words, const char *word)
{
    if (words->length > 0) {
        lka_text_string(words, "|");
    }
    lka_text_string(words, word);
}

static struct lka_span words_of(const struct lka_text *words)
{
    return (struct lka_span){words->length ? words->bytes : "", (uint32_t)words->length};
}

/* The usable identities come by type, and within a type by platform. */
static void put_types(struct lka_reached *reached, struct lka_page *page, const struct lka_identities *reach, size_t at,
                      size_t end)
{
    int last = -1;
    lka_text_clear(&reached->words);
    for (size_t i = at; i < end; i++) {
        const struct lka_identity *identity = &reach->items[i];
        if (identity->state == LKA_USABLE && identity->type != last) {
            last = identity->type;
            reached->by_type[last]++;
            add_word(&reached->words, lka_identity_type_names[last]);
        }
    }
    lka_page_field(page, words_of(&reached->words));
}

static void put_platforms(struct lka_reached *reached, struct lka_page *page, const struct lka_identities *reach,
                          size_t at, size_t end)
{
    bool seen[LKA_TERMS_MOST] = {false};
    lka_text_clear(&reached->words);
    for (size_t i = at; i < end; i++) {
        const struct lka_identity *identity = &reach->items[i];
        seen[identity->platform] |= identity->state == LKA_USABLE;
    }
    for (size_t p = 0; p < reach->platforms.count; p++) {
        if (seen[p]) {
            reached->by_platform[p]++;
            add_word(&reached->words, reach->platforms.items[p]);
        }
    }
    lka_page_field(page, words_of(&reached->words));
}

static void put_paths(struct lka_reached *reached, struct lka_page *page, const struct lka_paths *paths, uint32_t mask)
{
    lka_text_clear(&reached->words);
    for (size_t p = 0; p < paths->count; p++) {
        if (mask & (UINT32_C(1) << p)) {
            reached->by_path[p]++;
            add_word(&reached->words, paths->items[p].name);
        }
    }
    lka_page_field(page, words_of(&reached->words));
}

static bool any_usable(const struct lka_identities *reach, size_t at, size_t end)
{
    while (at < end && reach->items[at].state != LKA_USABLE) {
        at++;
    }
    return at < end;
}

static lka_status put_contact(struct lka_reached *reached, struct lka_page *page, const struct lka_contacts *contacts,
                              uint32_t contact, const struct lka_identities *reach, size_t at, size_t end,
                              const struct lka_paths *paths, struct lka_error *error)
{
    const struct lka_onboarded *person = &contacts->items[contact];
    bool reachable = any_usable(reach, at, end);
    uint32_t mask = lka_identities_paths(reach, at, end, paths);
    reached->inactive++;
    reached->reachable += reachable;
    reached->suppressed += person->suppressed;
    reached->segment_people[person->segment]++;
    reached->segment_reachable[person->segment] += reachable;
    lka_page_field(page, person->id);
    lka_page_string(page, contacts->segments.items[person->segment]);
    lka_page_string(page, reachable ? "yes" : "no");
    put_types(reached, page, reach, at, end);
    put_platforms(reached, page, reach, at, end);
    put_paths(reached, page, paths, mask);
    lka_page_string(page, !reachable ? reason_of(person, reach, at, end) : mask ? "" : "no path");
    return lka_page_end_row(page, error);
}

static lka_status write_reach(struct lka_reached *reached, struct lka_page *page, const struct lka_contacts *contacts,
                              const struct lka_identities *reach, const struct lka_paths *paths,
                              struct lka_error *error)
{
    size_t at = 0;
    for (uint32_t contact = 0; contact < contacts->count; contact++) {
        size_t end = lka_identities_end(reach, contact, at);
        if (contacts->items[contact].inactive) {
            LKA_TRY(put_contact(reached, page, contacts, contact, reach, at, end, paths, error));
        }
        at = end;
    }
    return reached->words.failed ? lka_fail_memory(error, 0) : lka_page_close(page, error);
}

/* ---- reactivation/<path>.csv ------------------------------------------------------------------ */

static lka_status write_identities(struct lka_page *page, const struct lka_contacts *contacts,
                                   const struct lka_identities *reach, const struct lka_path *path,
                                   struct lka_error *error)
{
    for (size_t i = 0; i < reach->count; i++) {
        const struct lka_identity *identity = &reach->items[i];
        const char *platform = reach->platforms.items[identity->platform];
        enum lka_identity_type type = (enum lka_identity_type)identity->type;
        if (identity->state != LKA_USABLE || !lka_path_takes(path, type, lka_span_of(platform))) {
            continue;
        }
        lka_page_field(page, contacts->items[identity->contact].id);
        lka_page_string(page, lka_identity_type_names[type]);
        lka_page_string(page, platform);
        lka_page_field(page, identity->id);
        LKA_TRY(lka_page_end_row(page, error));
    }
    return lka_page_close(page, error);
}

static lka_status write_path(const struct lka_contacts *contacts, const struct lka_identities *reach,
                             const struct lka_path *path, struct lka_directory *directory, struct lka_error *error)
{
    char name[96] = "reactivation/";
    struct lka_page page;
    strcat(strcat(name, path->name), ".csv"); /* a path's name has at most 60 bytes */
    LKA_TRY(lka_page_open(&page, directory, name, "contact_id,id_type,platform,id", error));
    lka_status status = write_identities(&page, contacts, reach, path, error);
    lka_page_abandon(&page);
    return status;
}

lka_status lka_reached_write(struct lka_reached *reached, const struct lka_contacts *contacts,
                             const struct lka_identities *reach, const struct lka_paths *paths,
                             struct lka_directory *directory, struct lka_error *error)
{
    struct lka_page page;
    LKA_TRY(LKA_NEW(reached->by_platform, reach->platforms.count, error));
    LKA_TRY(LKA_NEW(reached->segment_people, contacts->segments.count, error));
    LKA_TRY(LKA_NEW(reached->segment_reachable, contacts->segments.count, error));
    LKA_TRY(lka_page_open(&page, directory, "reach.csv", "contact_id,segment,reachable,id_types,platforms,paths,reason",
                          error));
    lka_status status = write_reach(reached, &page, contacts, reach, paths, error);
    lka_page_abandon(&page);
    for (size_t p = 0; p < paths->count && status == LKA_OK; p++) {
        status = write_path(contacts, reach, &paths->items[p], directory, error);
    }
    return status;
}

void lka_reached_release(struct lka_reached *reached)
{
    lka_free(reached->by_platform);
    lka_free(reached->segment_people);
    lka_free(reached->segment_reachable);
    lka_text_release(&reached->words);
}

/* ---- figures ---------------------------------------------------------------------------------- */

static json_t *counts_json(const struct lka_reached *reached, const struct lka_contacts *contacts,
                           const struct lka_identities *reach)
{
    json_t *unused = json_object();
    for (size_t i = 0; i < LKA_UNUSED_COUNT; i++) {
        json_object_set_new(unused, lka_unused_names[i], json_integer((json_int_t)reach->unused[i]));
    }
    if (json_object_size(unused) != LKA_UNUSED_COUNT) {
        json_decref(unused);
        return NULL;
    }
    return json_pack("{s:I, s:I, s:I, s:{s:I, s:o}}", "contacts", (json_int_t)contacts->count, "inactive",
                     (json_int_t)reached->inactive, "objected", (json_int_t)reached->suppressed, "identities", "used",
                     (json_int_t)reach->usable, "unused", unused);
}

/* Segments by name. */
static json_t *segments_json(const struct lka_reached *reached, const struct lka_contacts *contacts, uint64_t floor)
{
    size_t order[LKA_TERMS_MOST];
    json_t *object = json_object();
    size_t count = 0;
    lka_terms_order(&contacts->segments, order);
    for (size_t i = 0; i < contacts->segments.count; i++) {
        size_t s = order[i];
        if (reached->segment_people[s] > 0) {
            count++;
            json_object_set_new(
                object, contacts->segments.items[s],
                lka_share_json(reached->segment_people[s], "reachable", reached->segment_reachable[s], floor));
        }
    }
    if (json_object_size(object) != count) {
        json_decref(object);
        return NULL;
    }
    return object;
}

/* {"<name>": contacts, ...} of names[0 .. count). */
static json_t *tally_json(const char *const *names, const uint64_t *counts, size_t count)
{
    json_t *object = json_object();
    for (size_t i = 0; i < count; i++) {
        json_object_set_new(object, names[i], json_integer((json_int_t)counts[i]));
    }
    if (json_object_size(object) != count) {
        json_decref(object);
        return NULL;
    }
    return object;
}

lka_status lka_reached_json(const struct lka_reached *reached, const struct lka_contacts *contacts,
                            const struct lka_identities *reach, const struct lka_paths *paths, uint64_t floor,
                            json_t **counts, json_t **figures, struct lka_error *error)
{
    const char *names[LKA_PATHS_MOST];
    for (size_t p = 0; p < paths->count; p++) {
        names[p] = paths->items[p].name;
    }
    *counts = counts_json(reached, contacts, reach);
    *figures = json_pack(
        "{s:o, s:o, s:o, s:o, s:o}", "all", lka_share_json(reached->inactive, "reachable", reached->reachable, 1),
        "segments", segments_json(reached, contacts, floor), "id_types",
        tally_json(lka_identity_type_names, reached->by_type, LKA_IDENTITY_TYPES), "platforms",
        tally_json((const char *const *)reach->platforms.items, reached->by_platform, reach->platforms.count), "paths",
        tally_json(names, reached->by_path, paths->count));
    if (*counts && *figures) {
        return LKA_OK;
    }
    json_decref(*counts);
    json_decref(*figures);
    return lka_fail_memory(error, 0);
}
