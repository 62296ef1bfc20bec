#include "campaign/registered.h"

#include "base/error.h"
#include "campaign/moments.h"

/* ---- counting --------------------------------------------------------------------------------- */

static void add_to(struct lka_registered_cell *cell, const struct lka_registration *item)
{
    cell->people++;
    cell->reactivated += item->contact.length > 0 && item->inactive;
    cell->active += item->contact.length > 0 && !item->inactive;
    cell->fresh += item->contact.length == 0;
    cell->opted_in += item->opt_in == LKA_OPT_YES;
    cell->silent += item->opt_in == LKA_OPT_UNKNOWN;
}

static lka_status name_all(struct lka_registered *registered, const struct lka_registrations *registrations,
                           struct lka_error *error)
{
    size_t at;
    for (size_t i = 0; i < registrations->count; i++) {
        LKA_TRY(lka_terms_add(&registered->paths, registrations->items[i].path, "path", &at, error));
        LKA_TRY(lka_terms_add(&registered->segments, registrations->items[i].segment, "segment", &at, error));
    }
    return LKA_OK;
}

lka_status lka_registered_count(struct lka_registered *registered, const struct lka_registrations *registrations,
                                struct lka_error *error)
{
    LKA_TRY(name_all(registered, registrations, error));
    size_t paths = registered->paths.count;
    size_t segments = registered->segments.count;
    LKA_TRY(LKA_NEW(registered->cells, (paths + 1) * (segments + 1), error));
    for (size_t i = 0; i < registrations->count; i++) {
        const struct lka_registration *item = &registrations->items[i];
        if (item->repeated) {
            registered->repeated++;
            continue;
        }
        size_t path = lka_terms_find(&registered->paths, item->path);
        size_t segment = lka_terms_find(&registered->segments, item->segment);
        add_to(&registered->all, item);
        add_to(&registered->cells[path * (segments + 1) + segment], item);
        add_to(&registered->cells[path * (segments + 1) + segments], item);
        if (item->by < LKA_MATCH_KEYS) {
            registered->by_key[item->by]++;
        }
    }
    return LKA_OK;
}

void lka_registered_release(struct lka_registered *registered)
{
    lka_free(registered->cells);
    lka_terms_release(&registered->paths);
    lka_terms_release(&registered->segments);
}

/* ---- registrations.csv ------------------------------------------------------------------------ */

static lka_status write_rows(struct lka_page *page, const struct lka_registrations *registrations,
                             struct lka_error *error)
{
    static const char *const opt_ins[] = {"", "no", "yes"};
    for (size_t i = 0; i < registrations->count; i++) {
        const struct lka_registration *item = &registrations->items[i];
        bool known = item->contact.length > 0;
        char moment[32];
        if (item->repeated) {
            continue;
        }
        lka_moment_write(item->time, moment);
        lka_page_field(page, item->contact);
        lka_page_string(page, known ? "no" : "yes");
        lka_page_string(page, item->by < LKA_MATCH_KEYS ? lka_match_key_names[item->by] : "");
        lka_page_field(page, item->new_email);
        lka_page_string(page, opt_ins[item->opt_in]);
        lka_page_field(page, item->path);
        lka_page_string(page, moment);
        lka_page_string(page, known && item->inactive ? "yes" : "no");
        lka_page_field(page, item->segment);
        LKA_TRY(lka_page_end_row(page, error));
    }
    return lka_page_close(page, error);
}

lka_status lka_registered_write(const struct lka_registrations *registrations, struct lka_directory *directory,
                                struct lka_error *error)
{
    struct lka_page page;
    LKA_TRY(lka_page_open(&page, directory, "registrations.csv",
                          "contact_id,new_contact,matched_by,new_email,opt_in,path,timestamp,reactivated,segment",
                          error));
    lka_status status = write_rows(&page, registrations, error);
    lka_page_abandon(&page);
    return status;
}

/* ---- figures ---------------------------------------------------------------------------------- */

/* The share of those who opted in is one of those who said yes or no. */
static json_t *cell_json(const struct lka_registered_cell *cell, uint64_t floor)
{
    json_t *object = lka_share_json(cell->people - cell->silent, "opt_in", cell->opted_in, floor);
    bool enough = cell->people >= floor;
    static const char *const names[] = {"opt_in_unknown", "reactivated", "new", "active"};
    const uint64_t counts[] = {cell->silent, cell->reactivated, cell->fresh, cell->active};
    size_t before = json_object_size(object);
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        json_object_set_new(object, names[i], enough ? json_integer((json_int_t)counts[i]) : json_null());
    }
    json_object_set_new(object, "people", json_integer((json_int_t)cell->people));
    if (json_object_size(object) != before + sizeof counts / sizeof *counts) {
        json_decref(object);
        return NULL;
    }
    return object;
}

static const char *name_or(const char *name, const char *other)
{
    return name[0] ? name : other;
}

/* The paths of one segment (or of all, segments.count), by name; those that nobody came by are left out. */
static json_t *paths_json(const struct lka_registered *registered, size_t segment, uint64_t floor)
{
    size_t order[LKA_TERMS_MOST];
    size_t count = 0;
    json_t *object = json_object();
    lka_terms_order(&registered->paths, order);
    for (size_t i = 0; i < registered->paths.count; i++) {
        const struct lka_registered_cell *cell =
            &registered->cells[order[i] * (registered->segments.count + 1) + segment];
        if (cell->people > 0) {
            count++;
            json_object_set_new(object, name_or(registered->paths.items[order[i]], "(none)"), cell_json(cell, floor));
        }
    }
    if (json_object_size(object) != count) {
        json_decref(object);
        return NULL;
    }
    return object;
}

static json_t *segments_json(const struct lka_registered *registered, uint64_t floor)
{
    size_t order[LKA_TERMS_MOST];
    json_t *object = json_object();
    lka_terms_order(&registered->segments, order);
    for (size_t i = 0; i < registered->segments.count; i++) {
        const char *name = name_or(registered->segments.items[order[i]], "(new contacts)");
        json_object_set_new(object, name, paths_json(registered, order[i], floor));
    }
    if (json_object_size(object) != registered->segments.count) {
        json_decref(object);
        return NULL;
    }
    return object;
}

json_t *lka_registered_json(const struct lka_registered *registered, uint64_t floor)
{
    const uint64_t *by = registered->by_key;
    return json_pack("{s:o, s:o, s:o, s:{s:I, s:I, s:I, s:I}}", "all", cell_json(&registered->all, 1), "paths",
                     paths_json(registered, registered->segments.count, 1), "segments",
                     segments_json(registered, floor), "matched_by", lka_match_key_names[0], (json_int_t)by[0],
                     lka_match_key_names[1], (json_int_t)by[1], lka_match_key_names[2], (json_int_t)by[2],
                     lka_match_key_names[3], (json_int_t)by[3]);
}

/* ---- those who were assigned ------------------------------------------------------------------ */

static lka_status take_response(struct lka_statement *rows, bool segments, uint64_t floor, json_t *list,
                                struct lka_error *error)
{
    bool more = true;
    while (true) {
        LKA_TRY(lka_statement_step(rows, &more, error));
        if (!more) {
            return LKA_OK;
        }
        struct lka_span path = lka_column_text(rows, 0);
        struct lka_span segment = lka_column_text(rows, 1);
        json_t *object = lka_share_json((uint64_t)lka_column_integer(rows, 2), "came_back",
                                        (uint64_t)lka_column_integer(rows, 3), segments ? floor : 1);
        if (json_object_set_new(object, "path", json_stringn(path.text, path.length)) != 0 ||
            json_object_set_new(object, "segment",
                                segments ? json_stringn(segment.text, segment.length) : json_null()) != 0 ||
            json_array_append_new(list, object) != 0) {
            return lka_fail_memory(error, 0);
        }
    }
}

lka_status lka_registered_response(struct lka_workspace *workspace, uint64_t floor, json_t **response,
                                   struct lka_error *error)
{
#define LKA_CAME_BACK                                                                                    \
    ", count(*), sum(EXISTS (SELECT 1 FROM campaign_registrations g WHERE g.contact = a.contact)) FROM " \
    "campaign_allocations a JOIN campaign_waves w ON w.wave = a.wave WHERE w.observed = 1 GROUP BY "
    static const char *const sql[] = {"SELECT path, ''" LKA_CAME_BACK "path ORDER BY path",
                                      "SELECT path, segment" LKA_CAME_BACK "path, segment ORDER BY path, segment"};
    *response = json_array();
    lka_status status = *response ? LKA_OK : lka_fail_memory(error, 0);
    for (size_t i = 0; i < 2 && status == LKA_OK; i++) {
        struct lka_statement *rows = NULL;
        status = lka_statement_new(workspace, sql[i], &rows, error);
        if (status == LKA_OK) {
            status = take_response(rows, i == 1, floor, *response, error);
        }
        lka_statement_free(rows);
    }
    if (status != LKA_OK) {
        json_decref(*response);
        *response = NULL;
    }
    return status;
}
