/* Compressed files: in several frames, side by side, and one after the other, the same bytes and the same errors; and gzip beside
 * zlib's own reading of it. */
#include "base/random.h"
#include "source/stream.h"

#include "by_hand.h"
#include "files_by_hand.h"
#include "run_suite.h"

#include <zlib.h>
#include <zstd.h>

static struct lka_random random_of;

static size_t below(size_t limit)
{
    return (size_t)lka_random_below(&random_of, limit);
}

/* ---- making files ------------------------------------------------------------------------------ */

/* Words and noise, so that it can be compressed, but not to nothing. */
static void make_text(struct lka_text *text, size_t length)
{
    lka_text_clear(text);
    while (text->length < length) {
        lka_text_format(text, "tier_%zu,%zu\n", below(9), below(1000000));
    }
    text->length = length;
}

static void add_zstd_frame(struct lka_text *to, const struct lka_text *text, bool sized)
{
    ZSTD_CCtx *context = ZSTD_createCCtx();
    size_t room = ZSTD_compressBound(text->length);
    char *bytes = malloc(room);
    ZSTD_outBuffer out = {bytes, room, 0};
    ZSTD_inBuffer in = {text->bytes, text->length, 0};
    ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1);
    if (sized) {
        ZSTD_CCtx_setPledgedSrcSize(context, text->length);
    } else {
        ZSTD_compressStream2(context, &out, &in, ZSTD_e_flush);
    }
    ck_assert_uint_eq(ZSTD_compressStream2(context, &out, &in, ZSTD_e_end), 0);
    lka_text_append(to, bytes, out.pos);
    free(bytes);
    ZSTD_freeCCtx(context);
}

/* As a seekable file ends, and pzstd's frames begin. */
static void add_skippable(struct lka_text *to, size_t size)
{
    const char head[] = {0x5E, 0x2A, 0x4D, 0x18, (char)(size & 0xFF), (char)(size >> 8), 0, 0};
    lka_text_append(to, head, sizeof head);
    for (size_t i = 0; i < size; i++) {
        lka_text_append(to, "s", 1);
    }
}

/* With its length in a subfield, as bgzip writes it, behind another subfield; or without. */
static void add_gzip_member(struct lka_text *to, const struct lka_text *text, bool sized)
{
    unsigned char extra[] = {'X', 'Y', 1, 0, 7, 'B', 'C', 2, 0, 0, 0};
    gz_header header = {.extra = extra, .extra_len = sizeof extra, .os = 3};
    z_stream stream = {0};
    ck_assert_int_eq(deflateInit2(&stream, 1 + (int)below(9), Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY), Z_OK);
    if (sized) {
        deflateSetHeader(&stream, &header);
    }
    uLong room = deflateBound(&stream, (uLong)text->length) + 64;
    unsigned char *bytes = malloc(room);
    stream.next_in = (Bytef *)text->bytes;
    stream.avail_in = (uInt)text->length;
    stream.next_out = bytes;
    stream.avail_out = (uInt)room;
    ck_assert_int_eq(deflate(&stream, Z_FINISH), Z_STREAM_END);
    if (sized) {
        bytes[12 + 9] = (unsigned char)((stream.total_out - 1) & 0xFF);
        bytes[12 + 10] = (unsigned char)((stream.total_out - 1) >> 8);
    }
    lka_text_append(to, (char *)bytes, stream.total_out);
    deflateEnd(&stream);
    free(bytes);
}

/* A few frames or members; some are empty, some too large to be one of several. */
static void make_file(struct lka_text *file, bool gzip)
{
    struct lka_text text = {0};
    static const size_t sizes[] = {1, 300, 5000, 60000};
    bool sized = below(4) > 0;
    lka_text_clear(file);
    for (size_t n = 1 + below(gzip ? 30 : 12); n > 0; n--) {
        bool large = !gzip && below(30) == 0;
        make_text(&text, large ? 9000000 : below(8) == 0 ? 0 : below(sizes[below(4)]));
        if (gzip) {
            add_gzip_member(file, &text, sized);
        } else {
            add_zstd_frame(file, &text, sized);
        }
        if (!gzip && below(4) == 0) {
            add_skippable(file, below(300));
        }
    }
    lka_text_release(&text);
}

/* Cuts it short, puts something behind it, or changes a byte. */
static void spoil(struct lka_text *file)
{
    switch (below(4)) {
    case 0:
        file->length = below(file->length);
        break;
    case 1:
        lka_text_string(file, below(2) ? "junk" : "\x1F\x8B");
        break;
    case 2:
        file->bytes[below(file->length)] ^= (char)(1 + below(255));
        break;
    default:
        break;
    }
}

/* ---- reading them ------------------------------------------------------------------------------ */

/* All bytes, and behind them what is wrong. */
static void read_stream(const char *path, size_t threads, struct lka_text *told)
{
    struct lka_input input = {.path = (char *)(uintptr_t)path, .name = path, .again = true, .spool = -1};
    struct lka_error error = {0};
    struct lka_stream *stream;
    static char bytes[70000];
    lka_text_clear(told);
    ck_assert_int_eq(lka_stream_open(&input, NULL, &stream, &error), LKA_OK);
    if (threads > 1) {
        ck_assert_int_eq(lka_stream_decode_beside(stream, threads, &error), LKA_OK);
    }
    size_t got = 1;
    lka_status status = LKA_OK;
    while (status == LKA_OK && got > 0) {
        status = lka_stream_read(stream, bytes, sizeof bytes, &got, &error);
        lka_text_append(told, bytes, got);
    }
    if (status != LKA_OK) {
        lka_text_format(told, "<%s>", error.message);
    }
    lka_stream_close(stream);
}

static bool is_equal(const struct lka_text *a, const struct lka_text *b)
{
    return a->length == b->length && memcmp(a->bytes, b->bytes, a->length) == 0;
}

START_TEST(frames_side_by_side_are_as_one_after_the_other)
{
    bool gzip = _i % 2;
    struct lka_text file = {0};
    struct lka_text alone = {0};
    struct lka_text beside = {0};
    for (uint64_t i = 0; i < 24; i++) {
        random_of = lka_random_start(17 + (uint64_t)gzip, i);
        make_file(&file, gzip);
        spoil(&file);
        const char *path = write_bytes(gzip ? "t.gz" : "t.zst", file.bytes, file.length);
        read_stream(path, 1, &alone);
        read_stream(path, 2 + below(4), &beside);
        ck_assert_msg(is_equal(&alone, &beside), "file %llu: %zu bytes alone, %zu beside: %.300s",
                      (unsigned long long)i, alone.length, beside.length, beside.length < 300 ? beside.bytes : "");
    }
    lka_text_release(&file);
    lka_text_release(&alone);
    lka_text_release(&beside);
}
END_TEST

/* Left early: what threads are at work on is given up. */
START_TEST(a_stream_is_closed_while_frames_are_decoded)
{
    struct lka_text file = {0};
    struct lka_text text = {0};
    random_of = lka_random_start(5, 5);
    make_text(&text, 700000);
    for (int n = 0; n < 9; n++) {
        add_zstd_frame(&file, &text, true);
    }
    const char *path = write_bytes("t.zst", file.bytes, file.length);
    struct lka_input input = {.path = (char *)(uintptr_t)path, .name = path, .again = true, .spool = -1};
    struct lka_stream *stream;
    char bytes[100];
    size_t got;
    ck_assert_int_eq(lka_stream_open(&input, NULL, &stream, NULL), LKA_OK);
    ck_assert_int_eq(lka_stream_decode_beside(stream, 3, NULL), LKA_OK);
    ck_assert_int_eq(lka_stream_read(stream, bytes, sizeof bytes, &got, NULL), LKA_OK);
    ck_assert_uint_eq(got, sizeof bytes);
    ck_assert_int_eq(memcmp(bytes, text.bytes, got), 0);
    lka_stream_close(stream);
    lka_text_release(&file);
    lka_text_release(&text);
}
END_TEST

/* What zlib makes of the members, to the first that it refuses; *good: the file ends with one. */
static void read_by_zlib(const struct lka_text *file, struct lka_text *text, bool *good)
{
    static unsigned char out[1 << 16];
    z_stream stream = {.next_in = (Bytef *)file->bytes, .avail_in = (uInt)file->length};
    lka_text_clear(text);
    ck_assert_int_eq(inflateInit2(&stream, 16 + MAX_WBITS), Z_OK);
    int code = Z_OK;
    *good = true;
    while (code == Z_OK && (stream.avail_in > 0 || !*good)) {
        stream.next_out = out;
        stream.avail_out = sizeof out;
        code = inflate(&stream, Z_NO_FLUSH);
        lka_text_append(text, (char *)out, sizeof out - stream.avail_out);
        *good = code == Z_STREAM_END;
        code = *good ? inflateReset(&stream) : code;
    }
    inflateEnd(&stream);
}

START_TEST(gzip_is_read_as_zlib_reads_it)
{
    struct lka_text file = {0};
    struct lka_text expected = {0};
    struct lka_text seen = {0};
    for (uint64_t i = 0; i < 120; i++) {
        random_of = lka_random_start(23, i);
        make_file(&file, true);
        spoil(&file);
        bool good;
        read_by_zlib(&file, &expected, &good);
        read_stream(write_bytes("t.gz", file.bytes, file.length), 1, &seen);
        bool told = seen.length > 0 && seen.bytes[seen.length - 1] == '>';
        ck_assert_msg(told == !good, "file %llu", (unsigned long long)i);
        ck_assert_msg(!good || is_equal(&seen, &expected), "file %llu", (unsigned long long)i);
    }
    lka_text_release(&file);
    lka_text_release(&expected);
    lka_text_release(&seen);
}
END_TEST

static Suite *suite(void)
{
    Suite *streams = suite_create("stream");
    TCase *tests = tcase_create("stream");
    tcase_add_checked_fixture(tests, make_folder, remove_folder);
    tcase_set_timeout(tests, 60);
    tcase_add_loop_test(tests, frames_side_by_side_are_as_one_after_the_other, 0, 2);
    tcase_add_test(tests, a_stream_is_closed_while_frames_are_decoded);
    tcase_add_test(tests, gzip_is_read_as_zlib_reads_it);
    suite_add_tcase(streams, tests);
    return streams;
}

int main(void)
{
    return run_suite(suite());
}
