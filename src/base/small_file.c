#include "base/small_file.h"

#include "base/error.h"

#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>

static lka_status read_open(FILE *file, const char *path, const char *what, size_t most, struct lka_text *text,
                            struct lka_error *error)
{
    char buffer[16384];
    size_t got;
    struct stat facts;
    if (fstat(fileno(file), &facts) == 0 && S_ISDIR(facts.st_mode)) {
        return lka_fail_at(error, LKA_USAGE, path, 0, 0, "is a directory; %s is a file", what);
    }
    while ((got = fread(buffer, 1, sizeof buffer, file)) > 0 && text->length <= most) {
        lka_text_append(text, buffer, got);
    }
    if (ferror(file)) {
        return lka_fail_errno(error, LKA_IO, "read", path, errno);
    }
    if (text->failed) {
        return lka_fail_memory(error, text->capacity);
    }
    return text->length <= most
               ? LKA_OK
               : lka_fail_at(error, LKA_USAGE, path, 0, 0, "is larger than %s may be (%zu bytes)", what, most);
}

lka_status lka_small_file_read(const char *path, const char *what, size_t most, struct lka_text *text,
                               struct lka_error *error)
{
    FILE *file = fopen(path, "rbe");
    if (!file) {
        return lka_fail_errno(error, LKA_USAGE, "open", path, errno);
    }
    lka_status status = read_open(file, path, what, most, text, error);
    fclose(file);
    return status;
}
