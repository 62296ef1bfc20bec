/* `lookalike simulate crm`: a brand's whole CRM with the truth about it. Contacts fade, machines open their mails, a
 * campaign reaches some of those who went quiet, a few of them register: each follows from causes that the world file
 * plants. */
#include "lookalike/simulate.h"

#include "base/clock.h"
#include "base/error.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/parameters.h"
#include "base/threads.h"
#include "simulate/crm_files.h"
#include "simulate/row.h"
#include "simulate/tables.h"

/* Addresses hold numbers made of the index: beyond these begin those of nobody in the CRM (campaign_rows.c). */
#define CRM_PARAMS(X)                                                                                               \
    X(TEXT, out, "out", NULL, 0, 0, NULL, "DIR", "where the tables, project.yaml, paths.yaml and truth/ go", true)  \
    X(INTEGER, contacts, "contacts", "10000", 1, 5e8, NULL, "N", "how many contacts the CRM has", false)            \
    X(INTEGER, prospects, "prospects", "20000", 1, 1e9, NULL, "N", "how many prospects to draw", false)             \
    X(TEXT, world, "world", NULL, 0, 0, NULL, "FILE", "the world's parameters (YAML); default: the built-in world", \
      false)                                                                                                        \
    X(NUMBER, dirty, "dirty", "0", 0, 0.5, NULL, "RATE", "the share of contacts, events and prospects to spoil",    \
      false)                                                                                                        \
    LKA_WORK_PARAMS(X)

LKA_PARAMS_STRUCT(crm_options, CRM_PARAMS);
#define LKA_PARAM_OWNER struct crm_options
LKA_PARAMS_TABLE(lka_simulate_crm_params, "simulate crm", CRM_PARAMS);

/* Some 30 events a contact, 130 bytes each. */
enum { CONTACTS_A_BLOCK = 64, PROSPECTS_A_BLOCK = 512 };

struct table {
    const char *file;
    const char *header; /* NULL: depends on the world */
};
#define TABLE_ROW(name, file, header) {file, header},
static const struct table crm_tables[] = {LKA_CRM_TABLES(TABLE_ROW)};
static const struct table pool_tables[] = {LKA_POOL_TABLES(TABLE_ROW)};

enum { SETTING_FILES = 4 };
static const char *const setting_files[SETTING_FILES] = {"project.yaml", "paths.yaml", "truth/parameters.csv",
                                                         "truth/world.yaml"};

struct crm {
    const struct crm_options *options;
    struct lka_world *world;
    struct lka_life_world setting;
    struct lka_reactivation reactivation;
    struct lka_crm_counts counts;
    struct lka_prospect_counts pool;
};

static uint64_t key_of(const struct crm *crm, const char *purpose)
{
    return lka_key((uint64_t)crm->options->seed, purpose);
}

/* ---- files ------------------------------------------------------------------------------------ */

static void write_paths_header(const struct lka_world *world, struct lka_text *text)
{
    lka_text_string(text, "contact_id,");
    for (size_t p = 0; p < world->brand->reactivation.path_count; p++) {
        lka_text_format(text, "%s,", world->brand->reactivation.paths[p].name);
    }
    lka_text_string(text, "registered\n");
}

/* The headers that depend on the world. */
static void write_world_header(const struct lka_world *world, const struct table *table, struct lka_text *text)
{
    if (table == &crm_tables[LKA_TABLE_TRUTH_REGISTRATION]) {
        write_paths_header(world, text);
        return;
    }
    bool contacts = table == &crm_tables[LKA_TABLE_CONTACTS];
    lka_row_header(world, contacts ? LKA_CRM : LKA_POOL, text);
    if (text->failed) {
        return;
    }
    text->length--;
    lka_text_string(text, contacts ? ",opt_in" : "");
    lka_group_header(world, text);
    lka_text_string(text, "\n");
}

static lka_status open_table(const struct lka_world *world, const struct table *table, struct lka_directory *directory,
                             struct lka_output **output, struct lka_error *error)
{
    struct lka_text header = {0};
    if (table->header) {
        lka_text_string(&header, table->header);
    } else {
        write_world_header(world, table, &header);
    }
    lka_status status = header.failed ? lka_fail_memory(error, header.capacity) : LKA_OK;
    if (status == LKA_OK) {
        status = lka_wave_output(directory, table->file, output, error);
    }
    if (status == LKA_OK) {
        status = lka_output_write(*output, header.bytes, header.length, error);
    }
    lka_text_release(&header);
    return status;
}

static lka_status close_tables(struct lka_waves *waves, lka_status status, struct lka_error *error)
{
    for (size_t f = 0; f < waves->file_count; f++) {
        if (status == LKA_OK) {
            status = lka_output_commit(waves->outputs[f], error);
        } else {
            lka_output_abandon(waves->outputs[f]);
        }
    }
    return status;
}

/* Opens the tables, runs the waves, closes them. */
static lka_status write_tables(const struct crm *crm, const struct table *tables, struct lka_directory *directory,
                               struct lka_waves *waves, const struct lka_session *session, struct lka_error *error)
{
    lka_status status = LKA_OK;
    for (size_t f = 0; f < waves->file_count && status == LKA_OK; f++) {
        status = open_table(crm->world, &tables[f], directory, &waves->outputs[f], error);
    }
    if (status == LKA_OK) {
        status = lka_waves_run(waves, session, error);
    }
    return close_tables(waves, status, error);
}

/* ---- the parts -------------------------------------------------------------------------------- */

static lka_status write_contacts(struct crm *crm, struct lka_directory *directory, const struct lka_session *session,
                                 struct lka_error *error)
{
    struct lka_crm_tables tables = {.setting = &crm->setting,
                                    .reactivation = &crm->reactivation,
                                    .append_key = key_of(crm, "simulate append"),
                                    .group_key = key_of(crm, "simulate group"),
                                    .stranger_key = key_of(crm, "simulate strangers"),
                                    .contacts_dirt = {key_of(crm, "simulate contacts dirt"), crm->options->dirty},
                                    .events_dirt = {key_of(crm, "simulate events dirt"), crm->options->dirty}};
    struct lka_waves waves = {.step = "contacts",
                              .rows = (uint64_t)crm->options->contacts,
                              .block_rows = CONTACTS_A_BLOCK,
                              .threads = lka_thread_count(crm->options->threads),
                              .file_count = LKA_CRM_TABLE_COUNT,
                              .facts_size = sizeof crm->counts,
                              .make = lka_crm_make,
                              .add = lka_crm_add,
                              .context = &tables,
                              .total = &crm->counts};
    return write_tables(crm, crm_tables, directory, &waves, session, error);
}

static lka_status write_prospects(struct crm *crm, struct lka_directory *directory, const struct lka_session *session,
                                  struct lka_error *error)
{
    struct lka_prospect_tables tables = {.world = crm->world,
                                         .key = key_of(crm, "simulate pool"),
                                         .group_key = key_of(crm, "simulate pool group"),
                                         .dirt = {key_of(crm, "simulate pool dirt"), crm->options->dirty}};
    struct lka_waves waves = {.step = "pool",
                              .rows = (uint64_t)crm->options->prospects,
                              .block_rows = PROSPECTS_A_BLOCK,
                              .threads = lka_thread_count(crm->options->threads),
                              .file_count = LKA_POOL_TABLE_COUNT,
                              .facts_size = sizeof crm->pool,
                              .make = lka_prospects_make,
                              .add = lka_prospects_add,
                              .context = &tables,
                              .total = &crm->pool};
    return write_tables(crm, pool_tables, directory, &waves, session, error);
}

static lka_status write_text(struct lka_directory *directory, const char *name, struct lka_text *text,
                             struct lka_error *error)
{
    struct lka_output *output = NULL;
    lka_status status = text->failed ? lka_fail_memory(error, text->capacity)
                                     : lka_wave_output(directory, name, &output, error);
    if (status == LKA_OK) {
        status = lka_output_write(output, text->bytes, text->length, error);
        if (status == LKA_OK) {
            status = lka_output_commit(output, error);
        } else {
            lka_output_abandon(output);
        }
    }
    lka_text_release(text);
    return status;
}

/* With the world file itself and these few numbers, everybody in the CRM and the pool can be made again: what they do
 * later is drawn from there. */
static lka_status write_settings(const struct crm *crm, struct lka_directory *directory, struct lka_error *error)
{
    static void (*const writers[])(const struct lka_world *, const struct lka_crm_size *,
                                   struct lka_text *) = {lka_project_yaml, lka_paths_yaml, lka_parameters_csv};
    struct lka_crm_size size = {(uint64_t)crm->options->contacts, (uint64_t)crm->options->prospects,
                                crm->options->seed};
    struct lka_text text = {0};
    for (size_t f = 0; f < sizeof writers / sizeof *writers; f++) {
        writers[f](crm->world, &size, &text);
        LKA_TRY(write_text(directory, setting_files[f], &text, error));
    }
    lka_text_append(&text, crm->world->yaml, crm->world->yaml_length);
    return write_text(directory, setting_files[sizeof writers / sizeof *writers], &text, error);
}

static lka_status write_all(struct crm *crm, struct lka_directory *directory, const struct lka_session *session,
                            struct lka_error *error)
{
    LKA_TRY(write_contacts(crm, directory, session, error));
    LKA_TRY(write_prospects(crm, directory, session, error));
    return write_settings(crm, directory, error);
}

/* The world as this seed makes it: the calendar, the campaign. */
static lka_status prepare(struct crm *crm, struct lka_error *error)
{
    const char *file = crm->options->world ? crm->options->world : "data/worlds/default.yaml";
    LKA_TRY(lka_world_load(crm->options->world, &crm->world, error));
    crm->setting = (struct lka_life_world){.world = crm->world,
                                           .brand = crm->world->brand,
                                           .people_key = key_of(crm, "simulate contacts"),
                                           .double_key = key_of(crm, "simulate duplicates"),
                                           .life_key = key_of(crm, "simulate lives")};
    LKA_TRY(lka_calendar_make(crm->world, key_of(crm, "simulate calendar"), &crm->setting.calendar, error));
    return lka_reactivation_make(&crm->setting, key_of(crm, "simulate reactivation"), file, &crm->reactivation, error);
}

/* ---- summary ---------------------------------------------------------------------------------- */

static json_t *counts_json(const uint64_t *counts, const char *const *names, size_t count)
{
    json_t *object = json_object();
    for (size_t i = 0; i < count; i++) {
        json_object_set_new(object, names[i], json_integer((json_int_t)counts[i]));
    }
    return object;
}

static json_t *events_json(const struct lka_crm_counts *counts)
{
    static const char *const names[LKA_MAKERS + 1] = {"brand", "human", "prefetch", "scanner", "bot", "total"};
    uint64_t numbers[LKA_MAKERS + 1] = {0};
    for (size_t m = 0; m < LKA_MAKERS; m++) {
        numbers[m] = counts->makers[m];
        numbers[LKA_MAKERS] += counts->makers[m];
    }
    return counts_json(numbers, names, LKA_MAKERS + 1);
}

static json_t *campaign_json(const struct lka_crm_counts *counts)
{
    static const char *const names[] = {"inactive", "reached", "registered", "strangers"};
    const uint64_t numbers[] = {counts->inactive, counts->reached, counts->registered, counts->strangers};
    return counts_json(numbers, names, sizeof numbers / sizeof *numbers);
}

static json_t *dirt_json(const struct crm *crm)
{
    json_t *object = json_object();
    json_object_set_new(object, "contacts", counts_json(crm->counts.contacts_dirt, lka_dirt_names, LKA_DIRT_KINDS));
    json_object_set_new(object, "events", counts_json(crm->counts.events_dirt, lka_dirt_names, LKA_DIRT_KINDS));
    json_object_set_new(object, "pool", counts_json(crm->pool.dirt, lka_dirt_names, LKA_DIRT_KINDS));
    return object;
}

static json_t *files_json(void)
{
    json_t *files = json_array();
    for (size_t f = 0; f < LKA_CRM_TABLE_COUNT; f++) {
        json_array_append_new(files, json_string(crm_tables[f].file));
    }
    for (size_t f = 0; f < LKA_POOL_TABLE_COUNT; f++) {
        json_array_append_new(files, json_string(pool_tables[f].file));
    }
    for (size_t f = 0; f < SETTING_FILES; f++) {
        json_array_append_new(files, json_string(setting_files[f]));
    }
    return files;
}

static lka_status summarise(const struct crm *crm, double seconds, char **summary, struct lka_error *error)
{
    enum { KEYS = 15 };
    const struct lka_crm_counts *counts = &crm->counts;
    json_t *object = json_object();
    json_object_set_new(object, "schema", json_integer(1));
    json_object_set_new(object, "stage", json_string("simulate crm"));
    json_object_set_new(object, "contacts", json_integer((json_int_t)crm->options->contacts));
    json_object_set_new(object, "duplicates", json_integer((json_int_t)counts->duplicates));
    json_object_set_new(object, "segments", counts_json(counts->segments, lka_true_segment_names, LKA_TRUE_SEGMENTS));
    json_object_set_new(object, "events", events_json(counts));
    json_object_set_new(object, "append", json_integer((json_int_t)counts->append));
    json_object_set_new(object, "identities", json_integer((json_int_t)counts->identities));
    json_object_set_new(object, "campaign", campaign_json(counts));
    json_object_set_new(object, "prospects", json_integer((json_int_t)crm->options->prospects));
    json_object_set_new(object, "alike", json_integer((json_int_t)crm->pool.alike));
    json_object_set_new(object, "dirty", dirt_json(crm));
    json_object_set_new(object, "files", files_json());
    json_object_set_new(object, "out", lka_json_string(crm->options->out));
    json_object_set_new(object, "seconds", json_real(seconds));
    /* jansson takes a NULL, and what it could not keep is just not there: counts tell. */
    bool whole = json_object_size(object) == KEYS && json_object_size(json_object_get(object, "dirty")) == 3 &&
                 json_object_size(json_object_get(object, "segments")) == LKA_TRUE_SEGMENTS &&
                 json_object_size(json_object_get(object, "events")) == LKA_MAKERS + 1 &&
                 json_object_size(json_object_get(object, "campaign")) == 4 &&
                 json_array_size(json_object_get(object, "files")) ==
                     LKA_CRM_TABLE_COUNT + LKA_POOL_TABLE_COUNT + SETTING_FILES;
    lka_status status = whole ? lka_json_text(object, JSON_COMPACT | JSON_REAL_PRECISION(15), summary, error)
                              : lka_fail_memory(error, 0);
    json_decref(object);
    return status;
}

/* The summary is made before the directory is published: after that nothing may fail. */
static lka_status make_all(struct crm *crm, double start, const struct lka_session *session, char **summary,
                           struct lka_error *error)
{
    struct lka_directory *directory;
    LKA_TRY(lka_directory_open(crm->options->out, &directory, error));
    lka_status status = write_all(crm, directory, session, error);
    if (status == LKA_OK) {
        status = summarise(crm, lka_seconds() - start, summary, error);
    }
    if (status != LKA_OK) {
        lka_directory_abandon(directory);
        return status;
    }
    status = lka_directory_commit(directory, error);
    if (status != LKA_OK) {
        lka_free(*summary);
        *summary = NULL;
    }
    return status;
}

lka_status lka_simulate_crm(const struct lka_options *options, const struct lka_session *session, char **summary,
                            struct lka_error *error)
{
    double start = lka_seconds();
    struct crm *crm;
    *summary = NULL;
    LKA_TRY(lka_options_check(options, error));
    LKA_TRY(LKA_NEW(crm, 1, error));
    crm->options = lka_options_values(options);
    lka_status status = prepare(crm, error);
    if (status == LKA_OK) {
        status = make_all(crm, start, session, summary, error);
    }
    if (status == LKA_OK) {
        lka_log_step(session, "simulate", "world %s: %lld contacts, %lld prospects", crm->world->name,
                     (long long)crm->options->contacts, (long long)crm->options->prospects);
    }
    lka_calendar_release(&crm->setting.calendar);
    lka_world_free(crm->world);
    lka_free(crm);
    return status;
}
