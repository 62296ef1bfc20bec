#include "base/json.h"

#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"

#include <sys/stat.h>

/* ---- memory ----------------------------------------------------------------------------------- */

/* While a text is read no request fails: what cannot be met any more comes from a reserve made before, and what was
 * read with its help is thrown away. */
struct reserve {
    char *bytes;
    size_t size;
    size_t used;
    bool called_on;
};
static _Thread_local struct reserve reserve;

static void *take_from_reserve(size_t size)
{
    size_t rounded = (size + 15) & ~(size_t)15;
    reserve.called_on = true;
    if (rounded > reserve.size - reserve.used) {
        return NULL;
    }
    reserve.used += rounded;
    return reserve.bytes + reserve.used - rounded;
}

static void *allocate(size_t size)
{
    void *memory = reserve.called_on ? NULL : lka_resize(NULL, size, 1);
    return memory || !reserve.bytes ? memory : take_from_reserve(size);
}

static void release(void *memory)
{
    uintptr_t at = (uintptr_t)memory;
    uintptr_t first = (uintptr_t)reserve.bytes;
    if (!reserve.bytes || at < first || at - first >= reserve.size) {
        lka_free(memory);
    }
}

void lka_json_use_memory(void)
{
    json_set_alloc_funcs(allocate, release);
}

/* A value takes two characters at least, and an object of one some 250 bytes at most; a token grows by doubling. */
static lka_status keep_reserve(size_t length, struct lka_error *error)
{
    enum { A_CHARACTER = 64, AT_LEAST = 1 << 16 };
    reserve = (struct reserve){.size = AT_LEAST + A_CHARACTER * length};
    reserve.bytes = lka_resize(NULL, reserve.size, 1); /* never touched where nothing fails */
    return reserve.bytes ? LKA_OK : lka_fail_memory(error, reserve.size);
}

static lka_status end_reserve(json_t **json, size_t length, struct lka_error *error)
{
    bool failed = reserve.called_on;
    if (failed) {
        json_decref(*json);
        *json = NULL;
    }
    lka_free(reserve.bytes);
    reserve = (struct reserve){0};
    return failed ? lka_fail_memory(error, length) : LKA_OK;
}

lka_status lka_json_read(const char *text, size_t length, size_t flags, json_t **json, struct lka_error *error)
{
    *json = NULL;
    LKA_TRY(keep_reserve(length, error));
    *json = json_loadb(text, length, flags, NULL);
    return end_reserve(json, length, error);
}

lka_status lka_json_read_file(const char *path, json_t **json, json_error_t *problem, struct lka_error *error)
{
    struct stat file;
    size_t length = stat(path, &file) == 0 ? (size_t)file.st_size : 0;
    *json = NULL;
    LKA_TRY(keep_reserve(length, error));
    *json = json_load_file(path, 0, problem);
    return end_reserve(json, length, error);
}

/* ---- texts ------------------------------------------------------------------------------------ */

static int append(const char *bytes, size_t length, void *text)
{
    lka_text_append(text, bytes, length);
    return 0;
}

lka_status lka_json_text(const json_t *value, size_t flags, char **text, struct lka_error *error)
{
    *text = NULL;
    struct lka_text made = {0};
    /* The text remembers its first failure, so that nothing which jansson overlooks is lost. */
    if (!value || json_dump_callback(value, append, &made, flags) != 0) {
        lka_text_release(&made);
        return lka_fail_memory(error, 4096);
    }
    return lka_text_take(&made, text, error);
}

json_t *lka_json_string(const char *text)
{
    if (lka_utf8_valid(lka_span_of(text))) {
        return json_string(text);
    }
    char *shown = lka_copy_string(text);
    for (char *c = shown; c && *c; c++) {
        *c = (unsigned char)*c < 0x80 ? *c : '?';
    }
    json_t *string = shown ? json_string(shown) : NULL;
    lka_free(shown);
    return string;
}
