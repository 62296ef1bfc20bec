/* `lookalike simulate pool`: for the main job alone. Seeds are people of the CRM who answered, that is, who look like
 * those who came back; the pool is drawn from another mixture, and its truth says who of it would answer. */
#include "lookalike/simulate.h"

#include "base/clock.h"
#include "base/error.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/parameters.h"
#include "base/threads.h"
#include "simulate/people.h"
#include "simulate/waves.h"

/* Ids have ten digits; a seed's index leaves room for its tries in 64 bits. */
#define POOL_PARAMS(X)                                                                                              \
    X(TEXT, out, "out", NULL, 0, 0, NULL, "DIR|-",                                                                  \
      "where seeds.csv, pool.csv and truth/pool.csv go; -: the pool alone to stdout", true)                         \
    X(INTEGER, seeds_count, "seeds-count", "1000", 1, 1e9, NULL, "N", "how many seeds to draw", false)              \
    X(INTEGER, prospects, "prospects", "100000", 1, 1e9, NULL, "N", "how many prospects to draw", false)            \
    X(TEXT, world, "world", NULL, 0, 0, NULL, "FILE", "the world's parameters (YAML); default: the built-in world", \
      false)                                                                                                        \
    X(NUMBER, dirty, "dirty", "0", 0, 0.5, NULL, "RATE", "the share of rows to spoil, in six ways", false)          \
    LKA_WORK_PARAMS(X)

LKA_PARAMS_STRUCT(pool_options, POOL_PARAMS);
#define LKA_PARAM_OWNER struct pool_options
LKA_PARAMS_TABLE(lka_simulate_pool_params, "simulate pool", POOL_PARAMS);

enum { FILE_COUNT = 3 };
static const char *const file_names[FILE_COUNT] = {"seeds.csv", "pool.csv", "truth/pool.csv"};

struct pool_counts {
    struct lka_people_counts seeds;
    struct lka_people_counts pool;
};

static struct lka_people_job seeds_job(const struct lka_world *world, const struct pool_options *options)
{
    uint64_t seed = (uint64_t)options->seed;
    return (struct lka_people_job){.world = world,
                                   .step = "seeds",
                                   .population = LKA_CRM,
                                   .answered_only = true,
                                   .key = lka_key(seed, "simulate seeds"),
                                   .dirt = {lka_key(seed, "simulate seeds dirt"), options->dirty},
                                   .rows = (uint64_t)options->seeds_count,
                                   .threads = lka_thread_count(options->threads)};
}

static struct lka_people_job pool_job(const struct lka_world *world, const struct pool_options *options)
{
    uint64_t seed = (uint64_t)options->seed;
    return (struct lka_people_job){.world = world,
                                   .step = "pool",
                                   .population = LKA_POOL,
                                   .key = lka_key(seed, "simulate pool"),
                                   .dirt = {lka_key(seed, "simulate pool dirt"), options->dirty},
                                   .rows = (uint64_t)options->prospects,
                                   .threads = lka_thread_count(options->threads)};
}

/* ---- where it goes ---------------------------------------------------------------------------- */

static lka_status finish(struct lka_output *output, lka_status status, struct lka_error *error)
{
    if (status == LKA_OK) {
        return lka_output_commit(output, error);
    }
    lka_output_abandon(output);
    return status;
}

static lka_status stream_pool(struct lka_people_job job, const struct lka_session *session, struct pool_counts *counts,
                              struct lka_error *error)
{
    LKA_TRY(lka_output_open("-", false, &job.output, error));
    return finish(job.output, lka_people_write(&job, session, &counts->pool, error), error);
}

static lka_status write_seeds(struct lka_directory *directory, struct lka_people_job job,
                              const struct lka_session *session, struct pool_counts *counts, struct lka_error *error)
{
    LKA_TRY(lka_wave_output(directory, file_names[0], &job.output, error));
    return finish(job.output, lka_people_write(&job, session, &counts->seeds, error), error);
}

static lka_status write_pool(struct lka_directory *directory, struct lka_people_job job,
                             const struct lka_session *session, struct pool_counts *counts, struct lka_error *error)
{
    LKA_TRY(lka_wave_output(directory, file_names[1], &job.output, error));
    lka_status status = lka_wave_output(directory, file_names[2], &job.truth, error);
    if (status == LKA_OK) {
        status = lka_people_write(&job, session, &counts->pool, error);
        status = finish(job.truth, status, error);
    }
    return finish(job.output, status, error);
}

/* ---- summary ---------------------------------------------------------------------------------- */

static void set_count(json_t *object, const char *key, uint64_t count)
{
    json_object_set_new(object, key, json_integer((json_int_t)count));
}

static json_t *dirt_json(const struct lka_people_counts *counts)
{
    json_t *object = json_object();
    for (size_t k = 0; k < LKA_DIRT_KINDS; k++) {
        set_count(object, lka_dirt_names[k], counts->dirt[k]);
    }
    return object;
}

/* What was not made is absent: the pool alone has no seeds, and its truth was not asked for. */
static lka_status summarise(const struct pool_options *options, bool streamed, const struct pool_counts *counts,
                            double seconds, char **summary, struct lka_error *error)
{
    json_t *object = json_object();
    json_t *dirty = json_object();
    json_t *files = json_array();
    set_count(object, "schema", 1);
    json_object_set_new(object, "stage", json_string("simulate pool"));
    if (!streamed) {
        set_count(object, "seeds", (uint64_t)options->seeds_count);
        json_object_set_new(dirty, "seeds", dirt_json(&counts->seeds));
    }
    set_count(object, "prospects", (uint64_t)options->prospects);
    if (!streamed) {
        set_count(object, "alike", counts->pool.alike);
    }
    json_object_set_new(dirty, "pool", dirt_json(&counts->pool));
    json_object_set_new(object, "dirty", dirty);
    for (size_t f = 0; f < FILE_COUNT && !streamed; f++) {
        json_array_append_new(files, json_string(file_names[f]));
    }
    json_object_set_new(object, "files", files);
    json_object_set_new(object, "out", lka_json_string(options->out));
    json_object_set_new(object, "seconds", json_real(seconds));
    /* jansson takes a NULL, and what it could not keep is just not there: a count tells. */
    bool whole = json_object_size(object) == (streamed ? 7 : 9) && json_object_size(dirty) == (streamed ? 1 : 2) &&
                 json_array_size(files) == (streamed ? 0 : FILE_COUNT);
    lka_status status = whole ? lka_json_text(object, JSON_COMPACT | JSON_REAL_PRECISION(15), summary, error)
                              : lka_fail_memory(error, 0);
    json_decref(object);
    return status;
}

/* ---- the command ------------------------------------------------------------------------------ */

/* The summary is made before the directory is published: after that nothing may fail. */
static lka_status fill_directory(const struct lka_world *world, const struct pool_options *options, double start,
                                 const struct lka_session *session, struct lka_directory *directory, char **summary,
                                 struct lka_error *error)
{
    struct pool_counts counts = {0};
    LKA_TRY(write_seeds(directory, seeds_job(world, options), session, &counts, error));
    LKA_TRY(write_pool(directory, pool_job(world, options), session, &counts, error));
    return summarise(options, false, &counts, lka_seconds() - start, summary, error);
}

static lka_status make_directory(const struct lka_world *world, const struct pool_options *options, double start,
                                 const struct lka_session *session, char **summary, struct lka_error *error)
{
    struct lka_directory *directory;
    LKA_TRY(lka_directory_open(options->out, &directory, error));
    lka_status status = fill_directory(world, options, start, session, directory, summary, error);
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

static lka_status make_stream(const struct lka_world *world, const struct pool_options *options, double start,
                              const struct lka_session *session, char **summary, struct lka_error *error)
{
    struct pool_counts counts = {0};
    LKA_TRY(stream_pool(pool_job(world, options), session, &counts, error));
    return summarise(options, true, &counts, lka_seconds() - start, summary, error);
}

lka_status lka_simulate_pool(const struct lka_options *options, const struct lka_session *session, char **summary,
                             struct lka_error *error)
{
    double start = lka_seconds();
    *summary = NULL;
    LKA_TRY(lka_options_check(options, error));
    const struct pool_options *values = lka_options_values(options);
    struct lka_world *world;
    LKA_TRY(lka_world_load(values->world, &world, error));
    lka_status status = strcmp(values->out, "-") == 0 ? make_stream(world, values, start, session, summary, error)
                                                      : make_directory(world, values, start, session, summary, error);
    if (status == LKA_OK) {
        lka_log_step(session, "simulate", "world %s: %lld prospects", world->name, (long long)values->prospects);
    }
    lka_world_free(world);
    return status;
}
