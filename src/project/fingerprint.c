#include "project/fingerprint.h"

#include "base/error.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/memory.h"
#include "source/inputs.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

/* ---- bytes ------------------------------------------------------------------------------------ */

struct hashing {
    struct lka_digest *digest;
    const struct lka_session *session;
    uint64_t bytes;
};

static lka_status add_bytes(struct hashing *hashing, FILE *file, const char *path, struct lka_error *error)
{
    enum { PIECE = 1 << 18 };
    char *piece;
    LKA_TRY(LKA_NEW(piece, PIECE, error));
    lka_status status = LKA_OK;
    size_t count;
    while (status == LKA_OK && (count = fread(piece, 1, PIECE, file)) > 0) {
        lka_digest_add(hashing->digest, piece, count);
        hashing->bytes += count;
        status = lka_step(hashing->session, "compare", hashing->bytes, 0, error);
    }
    if (status == LKA_OK && ferror(file)) {
        status = lka_fail_errno(error, LKA_IO, "read", path, errno);
    }
    lka_free(piece);
    return status;
}

static lka_status add_file(struct hashing *hashing, const char *path, struct lka_error *error)
{
    FILE *file = fopen(path, "re");
    if (!file) {
        return lka_fail_errno(error, LKA_USAGE, "open", path, errno);
    }
    lka_status status = add_bytes(hashing, file, path, error);
    fclose(file);
    return status;
}

static bool varies(const char *name)
{
    static const char ending[] = ".run.json";
    size_t length = strlen(name);
    size_t tail = sizeof ending - 1;
    return length >= tail && strcmp(name + length - tail, ending) == 0;
}

static int is_entry(const struct dirent *entry)
{
    return strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0 && !varies(entry->d_name);
}

/* By bytes, whatever the locale. */
static int by_name(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

static lka_status add_path(struct hashing *hashing, const char *path, int depth, struct lka_error *error);

static lka_status add_directory(struct hashing *hashing, const char *path, int depth, struct lka_error *error)
{
    struct dirent **entries = NULL;
    int count = scandir(path, &entries, is_entry, by_name);
    lka_status status = count < 0 ? lka_fail_errno(error, LKA_IO, "read", path, errno) : LKA_OK;
    for (int i = 0; i < count; i++) {
        struct lka_text below = {0};
        lka_text_format(&below, "%s/%s", path, entries[i]->d_name);
        if (status == LKA_OK && below.failed) {
            status = lka_fail_memory(error, below.capacity);
        }
        if (status == LKA_OK) {
            lka_digest_add(hashing->digest, entries[i]->d_name, strlen(entries[i]->d_name) + 1);
            status = add_path(hashing, below.bytes, depth + 1, error);
        }
        lka_text_release(&below);
        free(entries[i]);
    }
    free(entries);
    return status;
}

static lka_status add_path(struct hashing *hashing, const char *path, int depth, struct lka_error *error)
{
    enum { DEEPEST = 16 };
    struct stat facts;
    if (stat(path, &facts) != 0) {
        return lka_fail_errno(error, LKA_USAGE, "open", path, errno);
    }
    if (depth > DEEPEST) {
        return lka_fail_at(error, LKA_USAGE, path, 0, 0, "is more than %d directories deep", DEEPEST);
    }
    return S_ISDIR(facts.st_mode) ? add_directory(hashing, path, depth, error) : add_file(hashing, path, error);
}

lka_status lka_fingerprint_path(const char *path, const struct lka_session *session, char hex[33],
                                struct lka_error *error)
{
    struct stat facts;
    hex[0] = '\0';
    if (stat(path, &facts) != 0) {
        return LKA_OK;
    }
    struct hashing hashing = {.session = session};
    LKA_TRY(lka_digest_new(&hashing.digest, error));
    lka_status status = add_path(&hashing, path, 0, error);
    if (status == LKA_OK) {
        lka_digest_hex(hashing.digest, hex);
    }
    lka_digest_free(hashing.digest);
    return status;
}

/* ---- a stage ---------------------------------------------------------------------------------- */

/* Of one value: a file, a directory, or a pattern of names. */
static lka_status add_value(json_t *digests, const char *path, const struct lka_session *session,
                            struct lka_error *error)
{
    struct lka_inputs inputs = {0};
    struct stat facts;
    lka_status status = stat(path, &facts) == 0 ? LKA_USAGE : lka_inputs_init(&inputs, &path, 1, false, error);
    if (status == LKA_MEMORY) {
        return status;
    }
    if (status != LKA_OK) { /* no pattern, or one that nothing fits */
        char hex[33];
        LKA_TRY(lka_fingerprint_path(path, session, hex, error));
        return json_array_append_new(digests, json_string(hex)) == 0 ? LKA_OK : lka_fail_memory(error, sizeof(json_t));
    }
    for (size_t i = 0; i < inputs.count && status == LKA_OK; i++) {
        char hex[33];
        status = lka_fingerprint_path(inputs.items[i].path, session, hex, error);
        if (status == LKA_OK && json_array_append_new(digests, json_string(hex)) != 0) {
            status = lka_fail_memory(error, sizeof(json_t));
        }
    }
    lka_inputs_release(&inputs);
    return status;
}

static lka_status digest_values(const struct lka_project_stage *block, const struct lka_param *param, json_t *values,
                                const struct lka_session *session, struct lka_error *error)
{
    const void *value = lka_options_value(block->options, param->key);
    json_t *digests = json_array();
    lka_status status = digests ? LKA_OK : lka_fail_memory(error, sizeof(json_t));
    if (param->type == LKA_PARAM_LIST) {
        const struct lka_list *list = value;
        for (size_t i = 0; i < list->count && status == LKA_OK; i++) {
            status = add_value(digests, list->items[i], session, error);
        }
    } else {
        const char *path = *(char *const *)value;
        status = path && status == LKA_OK ? add_value(digests, path, session, error) : status;
    }
    if (status != LKA_OK) {
        json_decref(digests);
        return status;
    }
    return json_object_set_new(values, param->key, digests) == 0 ? LKA_OK : lka_fail_memory(error, sizeof(json_t));
}

static bool is_no_part(const struct lka_stage *stage, const struct lka_param *param)
{
    return lka_param_is_of_machine(param->key) || strcmp(param->key, "dry-run") == 0 ||
           strcmp(param->key, "workspace") == 0 || lka_stage_writes(stage, param);
}

static lka_status fill_values(const struct lka_project_stage *block, json_t *values, const struct lka_session *session,
                              struct lka_error *error)
{
    const struct lka_param_table *table = block->stage->params;
    for (size_t i = 0; i < table->count; i++) {
        const struct lka_param *param = &table->params[i];
        if (is_no_part(block->stage, param)) {
            json_object_del(values, param->key);
        } else if (lka_stage_reads(block->stage, param)) {
            LKA_TRY(digest_values(block, param, values, session, error));
        }
    }
    return LKA_OK;
}

lka_status lka_fingerprint_stage(const struct lka_project_stage *block, const char *before,
                                 const struct lka_session *session, char hex[33], struct lka_error *error)
{
    json_t *values = lka_options_json(block->options);
    if (!values) {
        return lka_fail_memory(error, sizeof(json_t));
    }
    char *text = NULL;
    lka_status status = fill_values(block, values, session, error);
    json_t *all = NULL;
    if (status == LKA_OK) {
        all = json_pack("{s:s, s:s, s:s, s:O}", "version", lka_version(), "stage", block->stage->name, "before", before,
                        "values", values);
        status = lka_json_text(all, JSON_COMPACT | JSON_SORT_KEYS, &text, error);
    }
    if (status == LKA_OK) {
        lka_hash128_bytes(text, strlen(text), hex);
    }
    lka_free(text);
    json_decref(all);
    json_decref(values);
    return status;
}
