#include "source/manifest.h"

#include "base/error.h"
#include "base/json.h"
#include "base/memory.h"
#include "base/text.h"
#include "source/output.h"

#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* ---- the files below a directory -------------------------------------------------------------- */

struct names {
    char **items; /* relative to the directory, in byte order */
    size_t count;
    size_t capacity;
};

static void release_names(struct names *names)
{
    for (size_t i = 0; i < names->count; i++) {
        lka_free(names->items[i]);
    }
    lka_free(names->items);
}

static int by_bytes(const void *a, const void *b)
{
    const char *const *first = a;
    const char *const *second = b;
    return strcmp(*first, *second);
}

static lka_status add_name(struct names *names, const char *name, struct lka_error *error)
{
    LKA_TRY(lka_reserve(&names->items, &names->capacity, names->count + 1, sizeof *names->items, error));
    char *copy = lka_copy_string(name);
    if (!copy) {
        return lka_fail_memory(error, strlen(name) + 1);
    }
    names->items[names->count++] = copy;
    return LKA_OK;
}

static lka_status walk_files(FTS *walk, size_t skip, struct names *names, struct lka_error *error)
{
    FTSENT *entry;
    while ((entry = fts_read(walk))) {
        if (entry->fts_info == FTS_DNR || entry->fts_info == FTS_ERR || entry->fts_info == FTS_NS) {
            return lka_fail_errno(error, LKA_USAGE, "read", entry->fts_path, entry->fts_errno);
        }
        if (entry->fts_info != FTS_D && entry->fts_info != FTS_DP) {
            LKA_TRY(add_name(names, entry->fts_path + skip, error));
        }
    }
    return errno == 0 ? LKA_OK : lka_fail_errno(error, LKA_IO, "read", walk->fts_path, errno);
}

static lka_status list(const char *directory, struct names *names, struct lka_error *error)
{
    *names = (struct names){0};
    char *path = lka_copy_string(directory);
    FTS *walk = path ? fts_open((char *[]){path, NULL}, FTS_PHYSICAL | FTS_NOCHDIR, NULL) : NULL;
    lka_free(path);
    if (!walk) {
        return lka_fail_memory(error, strlen(directory) + 1);
    }
    lka_status status = walk_files(walk, strlen(directory) + 1, names, error);
    fts_close(walk);
    if (status != LKA_OK) {
        release_names(names);
    } else if (names->count > 0) {
        qsort(names->items, names->count, sizeof *names->items, by_bytes);
    }
    return status;
}

static bool is_run_record(const char *name)
{
    static const char ending[] = ".run.json";
    size_t length = strlen(name);
    return length >= sizeof ending - 1 && strcmp(name + length - (sizeof ending - 1), ending) == 0;
}

/* ---- writing ---------------------------------------------------------------------------------- */

static lka_status hash_descriptor(int descriptor, const char *path, EVP_MD_CTX *hash, struct lka_file_facts *facts,
                                  struct lka_error *error)
{
    unsigned char buffer[1 << 15];
    ssize_t got = 1;
    while (got > 0) {
        got = read(descriptor, buffer, sizeof buffer);
        if (got > 0) {
            facts->bytes += (size_t)got;
            EVP_DigestUpdate(hash, buffer, (size_t)got);
        } else if (got < 0 && errno == EINTR) {
            got = 1;
        }
    }
    if (got < 0 || fsync(descriptor) != 0) {
        return lka_fail_errno(error, LKA_IO, "read", path, errno);
    }
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned length = 0;
    EVP_DigestFinal_ex(hash, digest, &length);
    for (unsigned i = 0; i < length; i++) {
        snprintf(facts->sha256 + 2 * (size_t)i, 3, "%02x", digest[i]);
    }
    return LKA_OK;
}

lka_status lka_file_look_at(const char *path, struct lka_file_facts *facts, struct lka_error *error)
{
    *facts = (struct lka_file_facts){0};
    EVP_MD_CTX *hash = EVP_MD_CTX_new();
    if (!hash || EVP_DigestInit_ex(hash, EVP_sha256(), NULL) != 1) {
        EVP_MD_CTX_free(hash);
        return lka_fail_memory(error, 0);
    }
    int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    lka_status status = descriptor < 0 ? lka_fail_errno(error, LKA_IO, "read", path, errno)
                                       : hash_descriptor(descriptor, path, hash, facts, error);
    if (descriptor >= 0) {
        close(descriptor);
    }
    EVP_MD_CTX_free(hash);
    return status;
}

json_t *lka_file_facts_json(const char *name, const struct lka_file_facts *facts)
{
    return json_pack("{s:s, s:I, s:s}", "name", name, "bytes", (json_int_t)facts->bytes, "sha256", facts->sha256);
}

static lka_status describe(const char *directory, const char *name, json_t *files, struct lka_error *error)
{
    struct lka_text path = {0};
    lka_text_format(&path, "%s/%s", directory, name);
    struct lka_file_facts facts = {0};
    lka_status status = path.failed ? lka_fail_memory(error, strlen(name))
                                    : lka_file_look_at(path.bytes, &facts, error);
    lka_text_release(&path);
    if (status != LKA_OK) {
        return status;
    }
    return json_array_append_new(files, lka_file_facts_json(name, &facts)) == 0 ? LKA_OK
                                                                                : lka_fail_memory(error, strlen(name));
}

static int append(const char *bytes, size_t length, void *user)
{
    struct lka_text *text = user;
    lka_text_append(text, bytes, length);
    return text->failed ? -1 : 0;
}

static lka_status save(const char *directory, json_t *manifest, struct lka_error *error)
{
    struct lka_text text = {0};
    struct lka_text path = {0};
    bool dumped = manifest && json_dump_callback(manifest, append, &text, JSON_INDENT(2)) == 0;
    lka_text_append(&text, "\n", 1);
    lka_text_format(&path, "%s/" LKA_MANIFEST, directory);
    lka_status status = dumped && !text.failed && !path.failed
                            ? lka_output_file(path.bytes, false, text.bytes, text.length, error)
                            : lka_fail_memory(error, text.length);
    lka_text_release(&text);
    lka_text_release(&path);
    return status;
}

lka_status lka_manifest_write(const char *directory, json_t *known, struct lka_error *error)
{
    struct names names;
    LKA_TRY(list(directory, &names, error));
    json_t *files = json_array();
    lka_status status = files ? LKA_OK : lka_fail_memory(error, 0);
    for (size_t i = 0; i < names.count && status == LKA_OK; i++) {
        json_t *entry = json_object_get(known, names.items[i]);
        if (entry) {
            status = json_array_append(files, entry) == 0 ? LKA_OK : lka_fail_memory(error, 0);
        } else if (!is_run_record(names.items[i])) {
            status = describe(directory, names.items[i], files, error);
        }
    }
    if (status == LKA_OK) {
        json_t *manifest = json_pack("{s:i, s:s, s:O}", "schema", 1, "made_by", "lookalike", "files", files);
        status = save(directory, manifest, error);
        json_decref(manifest);
    }
    json_decref(files);
    release_names(&names);
    return status;
}

/* ---- checking --------------------------------------------------------------------------------- */

static bool lists(const json_t *files, const char *name)
{
    size_t index;
    json_t *file;
    json_array_foreach(files, index, file)
    {
        const char *listed = json_string_value(json_object_get(file, "name"));
        if (listed && strcmp(listed, name) == 0) {
            return true;
        }
    }
    return false;
}

static lka_status check_names(const char *directory, const struct names *names, const json_t *manifest,
                              struct lka_error *error)
{
    const char *maker = json_string_value(json_object_get(manifest, "made_by"));
    if (!maker || strcmp(maker, "lookalike") != 0) {
        return lka_fail_at(error, LKA_USAGE, directory, 0, 0,
                           "exists and has no " LKA_MANIFEST " of ours, so it isn't replaced; name a new directory, or "
                           "remove this one");
    }
    for (size_t i = 0; i < names->count; i++) {
        const char *name = names->items[i];
        if (strcmp(name, LKA_MANIFEST) != 0 && !is_run_record(name) &&
            !lists(json_object_get(manifest, "files"), name)) {
            return lka_fail_at(error, LKA_USAGE, directory, 0, 0,
                               "holds \"%s\", which " LKA_MANIFEST
                               " doesn't list, so the directory isn't replaced; move "
                               "the file away",
                               name);
        }
    }
    return LKA_OK;
}

lka_status lka_manifest_check(const char *directory, struct lka_error *error)
{
    struct names names;
    LKA_TRY(list(directory, &names, error));
    struct lka_text path = {0};
    lka_text_format(&path, "%s/" LKA_MANIFEST, directory);
    lka_status status = path.failed ? lka_fail_memory(error, strlen(directory)) : LKA_OK;
    if (status == LKA_OK && names.count > 0) {
        json_t *manifest;
        status = lka_json_read_file(path.bytes, &manifest, NULL, error);
        status = status == LKA_OK ? check_names(directory, &names, manifest, error) : status;
        json_decref(manifest);
    }
    lka_text_release(&path);
    release_names(&names);
    return status;
}

/* ---- roles ------------------------------------------------------------------------------------ */

static bool is_document(const char *name)
{
    size_t length = strlen(name);
    return length > 5 && strcmp(name + length - 5, ".json") == 0 && !strchr(name, '/');
}

static lka_status load_roles(const char *path, json_t **roles, struct lka_error *error)
{
    json_t *document;
    LKA_TRY(lka_json_read_file(path, &document, NULL, error));
    if (!document) {
        return lka_fail_at(error, LKA_DATA, path, 0, 0, "is damaged; run the stage that wrote it again");
    }
    json_t *found = json_object_get(document, "roles");
    *roles = json_is_object(found) ? json_incref(found) : NULL;
    json_decref(document);
    return LKA_OK;
}

/* `directory` has a length, since it is the beginning of a path; it ends with a slash, or is empty. */
static lka_status find_roles(struct lka_span directory, const char *name, json_t **roles, struct lka_error *error)
{
    struct lka_text path = {0};
    json_t *manifest = NULL;
    lka_text_format(&path, "%.*s" LKA_MANIFEST, (int)directory.length, directory.text);
    lka_status status = path.failed ? lka_fail_memory(error, path.capacity)
                                    : lka_json_read_file(path.bytes, &manifest, NULL, error);
    const json_t *files = json_object_get(manifest, "files");
    bool ours = status == LKA_OK && json_is_string(json_object_get(manifest, "made_by")) && lists(files, name);
    for (size_t i = 0; ours && i < json_array_size(files) && status == LKA_OK && !*roles; i++) {
        const char *listed = json_string_value(json_object_get(json_array_get(files, i), "name"));
        if (listed && is_document(listed)) {
            lka_text_clear(&path);
            lka_text_format(&path, "%.*s%s", (int)directory.length, directory.text, listed);
            status = path.failed ? lka_fail_memory(error, path.capacity) : load_roles(path.bytes, roles, error);
        }
    }
    json_decref(manifest);
    lka_text_release(&path);
    return status;
}

lka_status lka_manifest_roles(const char *file, json_t **roles, struct lka_error *error)
{
    const char *slash = strrchr(file, '/');
    const char *name = slash ? slash + 1 : file;
    *roles = NULL;
    return find_roles((struct lka_span){file, (uint32_t)(name - file)}, name, roles, error);
}
