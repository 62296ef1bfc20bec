#include "source/lines.h"

#include "base/cpu.h"
#include "base/error.h"
#include "base/memory.h"

/* A page with room for `capacity` bytes that nobody else holds. */
static lka_status find_page(struct lka_lines *lines, size_t capacity, struct lka_read_page **page,
                            struct lka_error *error)
{
    size_t at = 0;
    while (at < lines->page_count && (lines->pages[at] == lines->page || lka_read_page_is_shared(lines->pages[at]))) {
        at++;
    }
    if (at < lines->page_count && lines->pages[at]->capacity >= capacity) {
        *page = lines->pages[at];
        return LKA_OK;
    }
    LKA_TRY(lka_reserve(&lines->pages, &lines->page_capacity, at + 1, sizeof *lines->pages, error));
    *page = lka_read_page_new(capacity);
    if (!*page) {
        return lka_fail_memory(error, capacity);
    }
    if (at < lines->page_count) {
        lka_read_page_release(lines->pages[at]);
    }
    lines->page_count += at == lines->page_count;
    lines->pages[at] = *page;
    return LKA_OK;
}

/* Moves what is still needed to the front: of this page, or of another one where rows hold this one or it is too
 * small. */
static lka_status make_room(struct lka_lines *lines, size_t room, struct lka_error *error)
{
    size_t from = lines->keep_rows ? lines->mark : lines->at;
    size_t kept = lines->end - from;
    struct lka_read_page *page = lines->page;
    if (!page || lka_read_page_is_shared(page) || page->capacity - kept < room) {
        size_t capacity = kept + room > kept * 2 ? kept + room : kept * 2;
        LKA_TRY(find_page(lines, capacity, &page, error));
    }
    if (kept > 0) {
        memmove(page->bytes, lines->bytes + from, kept);
    }
    lines->page = page;
    lines->bytes = page->bytes;
    lines->mark = lines->keep_rows ? 0 : lines->mark;
    lines->at -= from;
    lines->searched -= from;
    lines->end = kept;
    return LKA_OK;
}

static lka_status read_stream(struct lka_lines *lines, size_t *got, struct lka_error *error)
{
    lka_status status = lines->problem.code;
    if (status == LKA_OK) {
        char *to = lines->bytes + lines->end;
        status = lines->ahead ? lka_ahead_read(lines->ahead, to, lines->read_size, got, &lines->problem)
                              : lka_stream_read(lines->stream, to, lines->read_size, got, &lines->problem);
    }
    if (status != LKA_OK && error) {
        *error = lines->problem;
    }
    return status;
}

static lka_status fill(struct lka_lines *lines, struct lka_error *error)
{
    if (lines->keep_rows && lines->end - lines->mark > LKA_KEPT_ROW_MAX) {
        return lka_fail_at(error, LKA_DATA, lines->file, lines->mark_line, 0,
                           "row is longer than %d bytes, which is the limit where bad rows are left out "
                           "(--max-bad-rows)",
                           LKA_KEPT_ROW_MAX);
    }
    size_t room = lines->read_size + LKA_LINES_SLACK;
    /* What others may read is not written beside, since they may read some bytes more. */
    if (!lines->page || lka_read_page_is_shared(lines->page) || lines->page->capacity - lines->end < room) {
        LKA_TRY(make_room(lines, room, error));
    }
    size_t got;
    LKA_TRY(read_stream(lines, &got, error));
    size_t known = got < lines->digested ? got : lines->digested;
    lka_digest_add(lines->digest, lines->bytes + lines->end + known, got - known);
    lines->digested -= known;
    lines->end += got;
    lines->ended = got == 0;
    return LKA_OK;
}

lka_status lka_lines_put_back(struct lka_lines *lines, const char *bytes, size_t length, struct lka_error *error)
{
    struct lka_read_page *page;
    LKA_TRY(find_page(lines, length + lines->read_size + LKA_LINES_SLACK, &page, error));
    memcpy(page->bytes, bytes, length);
    lines->page = page;
    lines->bytes = page->bytes;
    lines->at = lines->searched = 0;
    lines->end = length;
    lka_lines_mark(lines);
    return LKA_OK;
}

uint64_t lka_lines_leave(struct lka_lines *lines)
{
    size_t ahead = lines->end - lines->at;
    lines->digested += ahead;
    lines->at = lines->searched = lines->end = 0;
    lka_lines_mark(lines);
    return lka_stream_position(lines->stream) - ahead;
}

lka_status lka_lines_return(struct lka_lines *lines, uint64_t offset, struct lka_error *error)
{
    lines->ended = false;
    return lka_stream_seek(lines->stream, offset, error);
}

lka_status lka_lines_peek(struct lka_lines *lines, size_t wanted, struct lka_span *bytes, struct lka_error *error)
{
    while (!lines->ended && lines->end - lines->at < wanted) {
        LKA_TRY(fill(lines, error));
    }
    size_t length = lines->end - lines->at;
    *bytes = (struct lka_span){lines->bytes + lines->at, (uint32_t)(length < wanted ? length : wanted)};
    return LKA_OK;
}

static const struct signature {
    struct lka_span bytes;
    const char *what;
} signatures[] = {
    {{"\xFF\xFE", 2}, "UTF-16 text; convert it to UTF-8"},
    {{"\xFE\xFF", 2}, "UTF-16 text; convert it to UTF-8"},
    {{"\x1F\x8B", 2}, "compressed by gzip; give it a name that ends in .gz, or decompress it before"},
    {{"\x28\xB5\x2F\xFD", 4}, "compressed by zstd; give it a name that ends in .zst, or decompress it before"},
    {{"PK\x03\x04", 4}, "a ZIP archive or a spreadsheet; save it as CSV"},
    {{"PAR1", 4}, "Parquet; export it as CSV"},
};

static lka_status begin(struct lka_lines *lines, struct lka_error *error)
{
    struct lka_span start;
    LKA_TRY(lka_lines_peek(lines, 4, &start, error));
    for (size_t i = 0; i < sizeof signatures / sizeof *signatures; i++) {
        struct lka_span bytes = signatures[i].bytes;
        if (start.length >= bytes.length && memcmp(start.text, bytes.text, bytes.length) == 0) {
            return lka_fail_at(error, LKA_DATA, lines->file, 0, 0, "is %s", signatures[i].what);
        }
    }
    if (start.length >= 3 && memcmp(start.text, "\xEF\xBB\xBF", 3) == 0) {
        lines->at += 3;
        lines->searched = lines->at;
    }
    lka_lines_mark(lines);
    return LKA_OK;
}

lka_status lka_lines_open(struct lka_lines *lines, struct lka_input *input, const char *temporary_directory,
                          size_t read_size, size_t threads, struct lka_digest *digest, struct lka_error *error)
{
    *lines = (struct lka_lines){.digest = digest, .file = input->name, .read_size = read_size, .line = 1};
    LKA_TRY(lka_stream_open(input, temporary_directory, &lines->stream, error));
    lka_status status = LKA_OK;
    if (threads > 1 && lka_stream_decodes(lines->stream)) {
        status = lka_stream_decode_beside(lines->stream, threads, error);
    }
    if (status == LKA_OK && threads > 1 && lka_stream_decodes(lines->stream)) {
        status = lka_ahead_start(lines->stream, &lines->ahead, error);
    }
    if (status == LKA_OK) {
        status = begin(lines, error);
    }
    if (status != LKA_OK) {
        lka_lines_release(lines);
    }
    return status;
}

void lka_lines_stop(struct lka_lines *lines)
{
    lka_ahead_stop(lines->ahead);
    lines->ahead = NULL;
}

void lka_lines_release(struct lka_lines *lines)
{
    lka_lines_stop(lines);
    lka_stream_close(lines->stream);
    for (size_t i = 0; i < lines->page_count; i++) {
        lka_read_page_release(lines->pages[i]);
    }
    lka_free(lines->pages);
    *lines = (struct lka_lines){0};
}

/* Looks for the newline of the line at `at`; reads on until there is one, or `enough` bytes of the line, or no more. */
static lka_status find_newline(struct lka_lines *lines, size_t enough, const char **newline, struct lka_error *error)
{
    for (;;) {
        size_t left = lines->end - lines->searched;
        *newline = left ? memchr(lines->bytes + lines->searched, '\n', left) : NULL;
        if (*newline) {
            return LKA_OK;
        }
        lines->searched = lines->end;
        if (lines->ended || lines->end - lines->at >= enough) {
            return LKA_OK;
        }
        LKA_TRY(fill(lines, error));
    }
}

lka_status lka_lines_next(struct lka_lines *lines, struct lka_piece *piece, struct lka_error *error)
{
    const char *newline;
    LKA_TRY(find_newline(lines, lines->read_size, &newline, error));
    if (!newline && !lines->ended && lines->end - lines->at == 1 && lines->bytes[lines->at] == '\r') {
        LKA_TRY(find_newline(lines, 2, &newline, error));
    }
    size_t stop = newline ? (size_t)(newline - lines->bytes) + 1 : lines->end;
    /* A CR is not handed out before it is known whether an LF follows. */
    if (!newline && !lines->ended && lines->bytes[stop - 1] == '\r') {
        stop--;
    }
    *piece = (struct lka_piece){lines->bytes + lines->at, stop - lines->at, lines->line, newline != NULL};
    lines->at = stop;
    lines->searched = stop > lines->searched ? stop : lines->searched;
    lines->line += newline != NULL;
    return LKA_OK;
}

void lka_lines_mark(struct lka_lines *lines)
{
    lines->mark = lines->at;
    lines->mark_line = lines->line;
}

struct lka_span lka_without_newline(const char *bytes, size_t length)
{
    if (length > 0 && bytes[length - 1] == '\n') {
        length--;
        length -= length > 0 && bytes[length - 1] == '\r';
    }
    return (struct lka_span){bytes, (uint32_t)length};
}

static uint64_t count_each(const char *bytes, size_t length)
{
    uint64_t count = 0;
    for (size_t i = 0; i < length; i++) {
        count += bytes[i] == '\n';
    }
    return count;
}

#if defined(__x86_64__)
#include <immintrin.h>

static __attribute__((target("avx2,popcnt"))) uint64_t count_avx2(const char *bytes, size_t length)
{
    const __m256i newline = _mm256_set1_epi8('\n');
    uint64_t count = 0;
    size_t i = 0;
    for (; i + sizeof newline <= length; i += sizeof newline) {
        __m256i step = _mm256_loadu_si256((const __m256i *)(const void *)(bytes + i));
        uint32_t found = (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(step, newline));
        count += (uint64_t)__builtin_popcount(found);
    }
    return count + count_each(bytes + i, length - i);
}

uint64_t lka_count_newlines(const char *bytes, size_t length)
{
    __builtin_cpu_init();
    bool fast = lka_cpu_may(LKA_CPU_AVX2) && __builtin_cpu_supports("avx2") && __builtin_cpu_supports("popcnt");
    return (fast ? count_avx2 : count_each)(bytes, length);
}

#else

uint64_t lka_count_newlines(const char *bytes, size_t length)
{
    return count_each(bytes, length);
}

#endif

struct lka_span lka_lines_marked(const struct lka_lines *lines)
{
    return lka_without_newline(lines->bytes + lines->mark, lines->at - lines->mark);
}

lka_status lka_lines_skip_first(struct lka_lines *lines, struct lka_error *error)
{
    lines->at = lines->mark;
    lines->searched = lines->mark;
    lines->line = lines->mark_line;
    const char *newline;
    LKA_TRY(find_newline(lines, SIZE_MAX, &newline, error));
    lines->at = newline ? (size_t)(newline - lines->bytes) + 1 : lines->end;
    lines->searched = lines->at;
    lines->line += newline != NULL;
    return LKA_OK;
}
