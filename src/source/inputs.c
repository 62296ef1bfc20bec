#include "source/inputs.h"

#include "base/error.h"
#include "base/memory.h"

#include <errno.h>
#include <glob.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool has_stdin(const struct lka_inputs *inputs)
{
    for (size_t i = 0; i < inputs->count; i++) {
        if (strcmp(inputs->items[i].path, "-") == 0) {
            return true;
        }
    }
    return false;
}

static lka_status look_at(struct lka_input *input, struct lka_error *error)
{
    if (strcmp(input->path, "-") == 0) {
        return LKA_OK;
    }
    struct stat facts;
    if (stat(input->path, &facts) != 0) {
        return lka_fail_errno(error, LKA_USAGE, "open", input->path, errno);
    }
    if (S_ISDIR(facts.st_mode)) {
        return lka_fail_at(error, LKA_USAGE, input->path, 0, 0,
                           "is a directory; name its files, or a pattern such as \"%s/*.csv\"", input->path);
    }
    if (access(input->path, R_OK) != 0) {
        return lka_fail_errno(error, LKA_USAGE, "open", input->path, errno);
    }
    input->again = S_ISREG(facts.st_mode);
    input->size = input->again ? (uint64_t)facts.st_size : 0;
    return LKA_OK;
}

static lka_status add(struct lka_inputs *inputs, const char *path, bool twice, struct lka_error *error)
{
    if (inputs->count == LKA_INPUTS_MAX) {
        return lka_fail(error, LKA_USAGE,
                        "more than %d input files are given, which is the limit; \"%s\" is one too many",
                        LKA_INPUTS_MAX, path);
    }
    if (!*path) {
        return lka_fail(error, LKA_USAGE, "the name of an input file is empty");
    }
    bool is_stdin = strcmp(path, "-") == 0;
    if (is_stdin && has_stdin(inputs)) {
        return lka_fail(error, LKA_USAGE, "stdin (-) is given twice; it can be read once");
    }
    LKA_TRY(lka_reserve(&inputs->items, &inputs->capacity, inputs->count + 1, sizeof *inputs->items, error));
    struct lka_input *input = &inputs->items[inputs->count];
    *input = (struct lka_input){.path = lka_copy_string(path), .keep = twice, .spool = -1};
    if (!input->path) {
        return lka_fail_memory(error, strlen(path) + 1);
    }
    input->name = is_stdin ? "stdin" : input->path;
    inputs->count++;
    return look_at(input, error);
}

static int by_bytes(const void *a, const void *b)
{
    const char *const *first = a;
    const char *const *second = b;
    return strcmp(*first, *second);
}

static lka_status add_matches(struct lka_inputs *inputs, const char *pattern, bool twice, struct lka_error *error)
{
    glob_t found = {0};
    int code = glob(pattern, GLOB_NOSORT, NULL, &found);
    lka_status status = LKA_OK;
    if (code == GLOB_NOSPACE) {
        status = lka_fail_memory(error, 0);
    } else if (code != 0) {
        status = lka_fail_at(error, LKA_USAGE, pattern, 0, 0, "cannot open: no file matches this pattern");
    } else {
        /* glob's own order follows the locale. */
        qsort(found.gl_pathv, found.gl_pathc, sizeof *found.gl_pathv, by_bytes);
    }
    for (size_t i = 0; i < found.gl_pathc && status == LKA_OK; i++) {
        status = add(inputs, found.gl_pathv[i], twice, error);
    }
    globfree(&found);
    return status;
}

static bool is_pattern(const char *path)
{
    struct stat facts;
    return strpbrk(path, "*?[") && lstat(path, &facts) != 0;
}

lka_status lka_inputs_init(struct lka_inputs *inputs, const char *const *paths, size_t count, bool twice,
                           struct lka_error *error)
{
    *inputs = (struct lka_inputs){0};
    lka_status status = count > 0 ? LKA_OK : lka_fail(error, LKA_USAGE, "no input file is given");
    for (size_t i = 0; i < count && status == LKA_OK; i++) {
        status = is_pattern(paths[i]) ? add_matches(inputs, paths[i], twice, error)
                                      : add(inputs, paths[i], twice, error);
    }
    if (status != LKA_OK) {
        lka_inputs_release(inputs);
    }
    return status;
}

void lka_inputs_release(struct lka_inputs *inputs)
{
    for (size_t i = 0; i < inputs->count; i++) {
        if (inputs->items[i].spool >= 0) {
            close(inputs->items[i].spool);
        }
        lka_free(inputs->items[i].path);
    }
    lka_free(inputs->items);
    *inputs = (struct lka_inputs){0};
}
