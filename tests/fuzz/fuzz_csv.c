/* Any bytes as a CSV file, at two sizes of reads and blocks: the source must agree with the grammar's reference, and,
 * leaving out bad rows, with itself. The first byte of the input picks the sizes. */
#include "csv_reference.h"
#include "csv_transcript.h"
#include "memory_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* False if the source cannot be opened. */
static bool read_source(const char *path, const struct lka_source_options *options, size_t capacity,
                        struct lka_text *transcript)
{
    struct lka_source *source;
    if (lka_source_open(&path, 1, options, &source, NULL) != LKA_OK) {
        return false;
    }
    if (select_all(source, NULL) != LKA_OK) {
        abort();
    }
    append_source(source, capacity, transcript);
    lka_source_close(source);
    return true;
}

static void must_be_equal(const struct lka_text *a, const struct lka_text *b)
{
    if (a->length != b->length || memcmp(a->bytes, b->bytes, a->length) != 0) {
        fprintf(stderr, "one:\n%.*s\nother:\n%.*s\n", (int)a->length, a->bytes, (int)b->length, b->bytes);
        abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 1) {
        return 0;
    }
    size_t first = data[0];
    const char *text = (const char *)data + 1;
    const char *path = memory_file(data + 1, size - 1);
    struct lka_source_options options = {
        .separator = ',', .read_size = 1 + first % 16, .max_field = first & 16 ? 8 : 4096};
    struct lka_text seen = {0};
    struct lka_text expected = {0};
    bool has_header = reference_read(text, size - 1, ',', options.max_field, &expected);
    if (read_source(path, &options, 1 + first % 3, &seen)) {
        if (!has_header) {
            abort();
        }
        must_be_equal(&seen, &expected);
    }

    options.rejected = "/dev/null";
    options.max_bad_rows = 3;
    options.separator = first & 32 ? ',' : '\0';
    lka_text_clear(&seen);
    lka_text_clear(&expected);
    bool opened = read_source(path, &options, 1 + first % 3, &seen);
    options.read_size = 4096;
    if (read_source(path, &options, 100, &expected) != opened) {
        abort();
    }
    if (opened) {
        must_be_equal(&seen, &expected);
    }
    lka_text_release(&seen);
    lka_text_release(&expected);
    return 0;
}
