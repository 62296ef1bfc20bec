/* Outputs: whole or not at all, as files, as directories, to stdout; and temporary files. */
#include "source/manifest.h"
#include "source/output.h"

#include "by_hand.h"
#include "files_by_hand.h"
#include "run_suite.h"

#include <fcntl.h>
#include <jansson.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <zlib.h>
#include <zstd.h>

static struct lka_error error;

static struct lka_output *open_output(const char *path)
{
    struct lka_output *output = NULL;
    ck_assert_msg(lka_output_open(path, false, &output, &error) == LKA_OK, "%s", error.message);
    return output;
}

static void write_text(struct lka_output *output, const char *text)
{
    ck_assert_int_eq(lka_output_write(output, text, strlen(text), &error), LKA_OK);
}

/* ---- files ------------------------------------------------------------------------------------ */

START_TEST(the_old_file_stands_until_the_commit)
{
    const char *path = write_file("out.csv", "old");
    struct lka_output *output = open_output(path);
    write_text(output, "new");
    ck_assert_str_eq(read_file(path), "old");
    ck_assert_int_eq(lka_output_commit(output, &error), LKA_OK);
    ck_assert_str_eq(read_file(path), "new");
    ck_assert_uint_eq(entries_of(folder), 1);
}
END_TEST

START_TEST(abandoned_output_leaves_nothing)
{
    const char *path = write_file("out.csv", "old");
    struct lka_output *output = open_output(path);
    write_text(output, "new");
    lka_output_abandon(output);
    lka_output_abandon(NULL);
    ck_assert_str_eq(read_file(path), "old");
    ck_assert_uint_eq(entries_of(folder), 1);
}
END_TEST

/* Of several buffers, and of packed bytes. */
START_TEST(what_is_watched_is_what_the_file_has)
{
    static const char *const names[] = {"watched.csv", "watched.csv.gz"};
    struct lka_output *output = open_output(path_of(names[_i]));
    struct lka_file_facts told;
    struct lka_file_facts found;
    lka_output_watch(output);
    for (int i = 0; i < 90000; i++) {
        char line[32];
        snprintf(line, sizeof line, "%d,%d\n", i, i * 7919 % 100003);
        write_text(output, line);
    }
    ck_assert_int_eq(lka_output_ready(output, &error), LKA_OK);
    ck_assert_int_eq(lka_output_facts(output, &told, &error), LKA_OK);
    ck_assert_int_eq(lka_output_commit(output, &error), LKA_OK);
    ck_assert_int_eq(lka_file_look_at(path_of(names[_i]), &found, &error), LKA_OK);
    ck_assert_uint_eq(told.bytes, found.bytes);
    ck_assert_str_eq(told.sha256, found.sha256);
}
END_TEST

START_TEST(much_is_written_in_order)
{
    struct lka_output *output = open_output(path_of("out"));
    static char big[200000];
    memset(big, 'x', sizeof big);
    write_text(output, "a");
    ck_assert_int_eq(lka_output_write(output, big, sizeof big, &error), LKA_OK);
    for (int i = 0; i < 30000; i++) {
        write_text(output, "0123456789");
    }
    ck_assert_int_eq(lka_output_commit(output, &error), LKA_OK);
    FILE *file = fopen(path_of("out"), "rb");
    ck_assert_int_eq(fgetc(file), 'a');
    ck_assert_int_eq(fseek(file, 200000, SEEK_SET), 0);
    ck_assert_int_eq(fgetc(file), 'x');
    ck_assert_int_eq(fgetc(file), '0');
    ck_assert_int_eq(fseek(file, 0, SEEK_END), 0);
    ck_assert_int_eq(ftell(file), 1 + 200000 + 300000);
    fclose(file);
}
END_TEST

START_TEST(private_files_are_for_their_owner)
{
    umask(0022);
    ck_assert_int_eq(lka_output_file(path_of("private"), true, "x", 1, &error), LKA_OK);
    ck_assert_int_eq(lka_output_file(path_of("public"), false, "x", 1, &error), LKA_OK);
    ck_assert_uint_eq(mode_of(path_of("private")), 0600);
    ck_assert_uint_eq(mode_of(path_of("public")), 0644);
    /* ... even where the old one was not. */
    ck_assert_int_eq(lka_output_file(path_of("public"), true, "x", 1, &error), LKA_OK);
    ck_assert_uint_eq(mode_of(path_of("public")), 0600);
}
END_TEST

START_TEST(a_link_stays_a_link)
{
    const char *target = write_file("target", "old");
    ck_assert_int_eq(symlink(target, path_of("link")), 0);
    ck_assert_int_eq(lka_output_file(path_of("link"), false, "new", 3, &error), LKA_OK);
    struct stat facts;
    ck_assert_int_eq(lstat(path_of("link"), &facts), 0);
    ck_assert(S_ISLNK(facts.st_mode));
    ck_assert_str_eq(read_file(target), "new");
}
END_TEST

START_TEST(places_that_cannot_be_written)
{
    struct lka_output *output;
    ck_assert_int_eq(lka_output_open(path_of("no/such/file"), false, &output, &error), LKA_USAGE);
    ck_assert_ptr_null(output);
    ck_assert_str_eq(error.message, "cannot create: No such file or directory");
    ck_assert_str_eq(error.file, path_of("no/such/file"));
    ck_assert_int_eq(lka_output_open(folder, false, &output, &error), LKA_USAGE);
    ck_assert_str_eq(error.message, "is a directory; a file is to be written");
}
END_TEST

/* What a full disk does to a file, a limit does as well. */
START_TEST(a_full_disk_leaves_the_old_file)
{
    const char *path = write_file("out.csv", "old");
    signal(SIGXFSZ, SIG_IGN);
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &(struct rlimit){100000, 100000}), 0);
    struct lka_output *output = open_output(path);
    static char big[300000];
    ck_assert_int_eq(lka_output_write(output, big, sizeof big, &error), LKA_IO);
    ck_assert_str_eq(error.message, "cannot write: File too large");
    ck_assert_str_eq(error.file, path);
    ck_assert_int_eq(lka_output_write(output, "more", 4, &error), LKA_IO);
    ck_assert_int_eq(lka_output_commit(output, &error), LKA_IO);
    ck_assert_str_eq(read_file(path), "old");
    ck_assert_uint_eq(entries_of(folder), 1);
}
END_TEST

START_TEST(a_device_is_written_in_place)
{
    ck_assert_int_eq(lka_output_file("/dev/null", false, "x", 1, &error), LKA_OK);
    struct stat facts;
    ck_assert_int_eq(stat("/dev/null", &facts), 0);
    ck_assert(S_ISCHR(facts.st_mode));
    ck_assert_int_eq(lka_output_file("/dev/full", false, "x", 1, &error), LKA_IO);
    ck_assert_str_eq(error.message, "cannot write: No space left on device");
}
END_TEST

START_TEST(a_dash_is_stdout)
{
    int ends[2];
    ck_assert_int_eq(pipe(ends), 0);
    ck_assert_int_eq(dup2(ends[1], STDOUT_FILENO), STDOUT_FILENO);
    ck_assert_int_eq(lka_output_file("-", false, "hello", 5, &error), LKA_OK);
    char seen[6] = "";
    ck_assert_int_eq(read(ends[0], seen, 5), 5);
    ck_assert_str_eq(seen, "hello");
    /* Nobody reads any more. */
    signal(SIGPIPE, SIG_IGN);
    close(ends[0]);
    ck_assert_int_eq(lka_output_file("-", false, "hello", 5, &error), LKA_IO);
    ck_assert_str_eq(error.file, "stdout");
    ck_assert_str_eq(error.message, "cannot write: Broken pipe");
}
END_TEST

/* ---- compressed by name ----------------------------------------------------------------------- */

enum { LINES = 60000 };

/* Some megabytes in small pieces, and a big one in the middle. */
static void write_lines(const char *name)
{
    static char big[200000];
    memset(big, 'x', sizeof big);
    struct lka_output *output = open_output(path_of(name));
    for (int i = 0; i < LINES; i++) {
        char line[40];
        snprintf(line, sizeof line, "%d,%u\n", i, (unsigned)i * 2654435761U);
        write_text(output, line);
        if (i == LINES / 2) {
            ck_assert_int_eq(lka_output_write(output, big, sizeof big, &error), LKA_OK);
        }
    }
    ck_assert_int_eq(lka_output_commit(output, &error), LKA_OK);
}

struct bytes {
    char *bytes;
    size_t length;
};

static struct bytes bytes_of(const char *name)
{
    struct stat facts;
    ck_assert_int_eq(stat(path_of(name), &facts), 0);
    struct bytes read = {malloc((size_t)facts.st_size + 1), (size_t)facts.st_size};
    FILE *file = fopen(path_of(name), "rb");
    ck_assert_uint_eq(fread(read.bytes, 1, read.length, file), read.length);
    fclose(file);
    return read;
}

static void check_equal(struct bytes a, struct bytes b)
{
    ck_assert_uint_eq(a.length, b.length);
    ck_assert_int_eq(memcmp(a.bytes, b.bytes, a.length), 0);
    free(a.bytes);
    free(b.bytes);
}

/* By zlib's own reader, which takes plain files, too; so the start is looked at. */
static struct bytes gunzip(const char *name, size_t room)
{
    struct bytes packed = bytes_of(name);
    /* No flags, no time: what a second run would not have the same. */
    ck_assert_int_eq(memcmp(packed.bytes, "\x1F\x8B\x08\0\0\0\0\0", 8), 0);
    free(packed.bytes);
    struct bytes text = {malloc(room), 0};
    gzFile file = gzopen(path_of(name), "rb");
    int got = gzread(file, text.bytes, (unsigned)room);
    ck_assert_int_ge(got, 0);
    text.length = (size_t)got;
    ck_assert_int_eq(gzclose(file), Z_OK);
    return text;
}

static struct bytes unzstd(const char *name, size_t room)
{
    struct bytes packed = bytes_of(name);
    struct bytes text = {malloc(room), 0};
    text.length = ZSTD_decompress(text.bytes, room, packed.bytes, packed.length);
    ck_assert_msg(!ZSTD_isError(text.length), "%s", ZSTD_getErrorName(text.length));
    free(packed.bytes);
    return text;
}

START_TEST(the_name_decides_about_compression)
{
    write_lines("plain.csv");
    write_lines("a.csv.gz");
    write_lines("a.csv.zst");
    size_t room = 1 << 21;
    check_equal(gunzip("a.csv.gz", room), bytes_of("plain.csv"));
    check_equal(unzstd("a.csv.zst", room), bytes_of("plain.csv"));
    struct stat plain;
    struct stat packed;
    ck_assert_int_eq(stat(path_of("plain.csv"), &plain), 0);
    ck_assert_int_eq(stat(path_of("a.csv.gz"), &packed), 0);
    ck_assert_int_lt(packed.st_size, plain.st_size / 2);
}
END_TEST

START_TEST(compressed_files_are_the_same_bytes_again)
{
    write_lines("a.csv.gz");
    write_lines("other.gz");
    check_equal(bytes_of("a.csv.gz"), bytes_of("other.gz"));
    write_lines("a.csv.zst");
    write_lines("other.zst");
    check_equal(bytes_of("a.csv.zst"), bytes_of("other.zst"));
}
END_TEST

START_TEST(nothing_compressed_is_a_whole_file)
{
    ck_assert_int_eq(lka_output_file(path_of("a.gz"), false, "", 0, &error), LKA_OK);
    struct bytes text = gunzip("a.gz", 10);
    ck_assert_uint_eq(text.length, 0);
    free(text.bytes);
    ck_assert_int_eq(lka_output_file(path_of("a.zst"), false, "", 0, &error), LKA_OK);
    text = unzstd("a.zst", 10);
    ck_assert_uint_eq(text.length, 0);
    free(text.bytes);
}
END_TEST

/* Ready means all of it, and a commit behind it adds nothing. */
START_TEST(ready_compressed_files_are_whole)
{
    struct lka_output *output = open_output(path_of("a.csv.zst"));
    write_text(output, "id\n1\n");
    ck_assert_int_eq(lka_output_ready(output, &error), LKA_OK);
    ck_assert_int_eq(lka_output_commit(output, &error), LKA_OK);
    struct bytes text = unzstd("a.csv.zst", 100);
    ck_assert_uint_eq(text.length, 5);
    free(text.bytes);
}
END_TEST

/* The compressor holds bytes back: the limit may be met at the end only. */
START_TEST(a_full_disk_leaves_the_old_compressed_file)
{
    static const char *const names[] = {"out.csv.gz", "out.csv.zst"};
    signal(SIGXFSZ, SIG_IGN);
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &(struct rlimit){20000, 20000}), 0);
    for (int i = 0; i < 2; i++) {
        for (int lines = 5500; lines <= 110000; lines *= 20) {
            const char *path = write_file(names[i], "old");
            struct lka_output *output = open_output(path);
            lka_status status = LKA_OK;
            for (int line = 0; line < lines && status == LKA_OK; line++) {
                char text[40];
                snprintf(text, sizeof text, "%u\n", (unsigned)line * 2654435761U);
                status = lka_output_write(output, text, strlen(text), &error);
            }
            ck_assert_int_eq(status, lines > 5500 ? LKA_IO : LKA_OK);
            ck_assert_int_eq(lka_output_commit(output, &error), LKA_IO);
            ck_assert_str_eq(read_file(path), "old");
            ck_assert_uint_eq(entries_of(folder), (unsigned)i + 1);
        }
    }
}
END_TEST

START_TEST(compressing_survives_failed_allocations)
{
    static const char *const names[] = {"out.gz", "out.zst"};
    struct ledger ledger;
    ledger_install(&ledger);
    for (int i = 0; i < 2; i++) {
        lka_status status = LKA_MEMORY;
        for (size_t k = 1; status != LKA_OK; k++) {
            ledger_fail(&ledger, k);
            status = lka_output_file(path_of(names[i]), false, "x", 1, &error);
            ck_assert(status == LKA_OK || status == LKA_MEMORY);
            ck_assert_uint_eq(ledger.alive, 0);
        }
    }
    lka_set_allocator(NULL);
}
END_TEST

/* ---- what dead processes left ----------------------------------------------------------------- */

static pid_t dead_process(void)
{
    pid_t pid = fork();
    if (pid == 0) {
        _exit(0);
    }
    waitpid(pid, NULL, 0);
    return pid;
}

static const char *temporary_of(const char *name, pid_t pid)
{
    char temporary[100];
    snprintf(temporary, sizeof temporary, ".%s.tmp-%ld", name, (long)pid);
    return path_of(temporary);
}

START_TEST(temporaries_of_dead_processes_go)
{
    pid_t dead = dead_process();
    const char *stale = temporary_of("out.csv", dead);
    const char *living = temporary_of("out.csv", getppid());
    const char *foreign = temporary_of("other.csv", dead);
    const char *strange = path_of(".out.csv.tmp-x1");
    ck_assert_int_eq(mkdir(stale, 0700), 0);
    write_file(strrchr(living, '/') + 1, "");
    write_file(strrchr(foreign, '/') + 1, "");
    write_file(strrchr(strange, '/') + 1, "");
    ck_assert_int_eq(lka_output_file(path_of("out.csv"), false, "x", 1, &error), LKA_OK);
    ck_assert(!exists(stale));
    ck_assert(exists(living));
    ck_assert(exists(foreign));
    ck_assert(exists(strange));
}
END_TEST

START_TEST(a_temporary_file_has_no_name)
{
    int descriptor;
    ck_assert_int_eq(lka_temporary_file(folder, &descriptor, &error), LKA_OK);
    ck_assert_int_eq(write(descriptor, "abc", 3), 3);
    char seen[4] = "";
    ck_assert_int_eq(pread(descriptor, seen, 3, 0), 3);
    ck_assert_str_eq(seen, "abc");
    ck_assert_uint_eq(entries_of(folder), 0);
    close(descriptor);
    ck_assert_int_eq(lka_temporary_file(path_of("missing"), &descriptor, &error), LKA_USAGE);
    ck_assert_str_eq(error.file, path_of("missing"));
    ck_assert_int_eq(lka_temporary_file(NULL, &descriptor, &error), LKA_OK);
    close(descriptor);
}
END_TEST

/* ---- directories ------------------------------------------------------------------------------ */

static struct lka_directory *open_directory(const char *path)
{
    struct lka_directory *directory = NULL;
    ck_assert_msg(lka_directory_open(path, &directory, &error) == LKA_OK, "%s", error.message);
    return directory;
}

static void add_file(struct lka_directory *directory, const char *name, const char *text)
{
    char *path;
    ck_assert_int_eq(lka_directory_path(directory, name, &path, &error), LKA_OK);
    ck_assert_int_eq(lka_output_file(path, true, text, strlen(text), &error), LKA_OK);
    lka_free(path);
}

static void publish(const char *path, const char *name, const char *text)
{
    struct lka_directory *directory = open_directory(path);
    add_file(directory, name, text);
    ck_assert_msg(lka_directory_commit(directory, &error) == LKA_OK, "%s", error.message);
}

START_TEST(a_directory_appears_whole_with_its_manifest)
{
    const char *path = path_of("out/");
    struct lka_directory *directory = open_directory(path);
    add_file(directory, "b.csv", "abc");
    add_file(directory, "sub/a.csv", "");
    add_file(directory, "b.run.json", "{}");
    ck_assert(!exists(path_of("out")));
    ck_assert_int_eq(lka_directory_commit(directory, &error), LKA_OK);
    ck_assert_str_eq(read_file(path_of("out/manifest.json")),
                     "{\n"
                     "  \"schema\": 1,\n"
                     "  \"made_by\": \"lookalike\",\n"
                     "  \"files\": [\n"
                     "    {\n"
                     "      \"name\": \"b.csv\",\n"
                     "      \"bytes\": 3,\n"
                     "      \"sha256\": \"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad\"\n"
                     "    },\n"
                     "    {\n"
                     "      \"name\": \"sub/a.csv\",\n"
                     "      \"bytes\": 0,\n"
                     "      \"sha256\": \"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\"\n"
                     "    }\n"
                     "  ]\n"
                     "}\n");
    ck_assert_uint_eq(mode_of(path_of("out/b.csv")), 0600);
    ck_assert_uint_eq(entries_of(folder), 1);
}
END_TEST

START_TEST(our_own_directory_is_replaced)
{
    publish(path_of("out"), "old.csv", "old");
    write_file("out/late.run.json", "{}");
    struct lka_directory *directory = open_directory(path_of("out"));
    add_file(directory, "new.csv", "new");
    ck_assert_str_eq(read_file(path_of("out/old.csv")), "old");
    ck_assert_int_eq(lka_directory_commit(directory, &error), LKA_OK);
    ck_assert(!exists(path_of("out/old.csv")));
    ck_assert_str_eq(read_file(path_of("out/new.csv")), "new");
    ck_assert_uint_eq(entries_of(folder), 1);
}
END_TEST

START_TEST(an_abandoned_directory_leaves_nothing)
{
    publish(path_of("out"), "old.csv", "old");
    struct lka_directory *directory = open_directory(path_of("out"));
    add_file(directory, "sub/new.csv", "new");
    lka_directory_abandon(directory);
    lka_directory_abandon(NULL);
    ck_assert_str_eq(read_file(path_of("out/old.csv")), "old");
    ck_assert_uint_eq(entries_of(folder), 1);
}
END_TEST

static void check_refused(const char *path, const char *message)
{
    struct lka_directory *directory;
    ck_assert_int_eq(lka_directory_open(path, &directory, &error), LKA_USAGE);
    ck_assert_ptr_null(directory);
    ck_assert_msg(strstr(error.message, message) != NULL, "%s", error.message);
}

START_TEST(what_is_not_ours_is_not_replaced)
{
    check_refused(write_file("file", ""), "is a file; a directory is to be written");
    ck_assert_int_eq(mkdir(path_of("theirs"), 0700), 0);
    write_file("theirs/notes.txt", "mine");
    check_refused(path_of("theirs"), "has no manifest.json of ours");
    write_file("theirs/manifest.json", "{\"name\": \"an extension\"}");
    check_refused(path_of("theirs"), "has no manifest.json of ours");
    publish(path_of("ours"), "a.csv", "a");
    write_file("ours/notes.txt", "mine");
    check_refused(path_of("ours"), "holds \"notes.txt\", which manifest.json doesn't list");
    check_refused(path_of("no/parent"), "cannot create");
    check_refused("/", "is no name for a directory");
    ck_assert_str_eq(read_file(path_of("theirs/notes.txt")), "mine");
    ck_assert_uint_eq(entries_of(folder), 3);
}
END_TEST

START_TEST(an_empty_directory_may_be_filled)
{
    ck_assert_int_eq(mkdir(path_of("out"), 0700), 0);
    publish(path_of("out"), "a.csv", "a");
    ck_assert_str_eq(read_file(path_of("out/a.csv")), "a");
}
END_TEST

START_TEST(what_was_put_there_meanwhile_is_not_lost)
{
    struct lka_directory *directory = open_directory(path_of("out"));
    ck_assert_int_eq(mkdir(path_of("out"), 0700), 0);
    write_file("out/notes.txt", "mine");
    ck_assert_int_eq(lka_directory_commit(directory, &error), LKA_USAGE);
    ck_assert_str_eq(read_file(path_of("out/notes.txt")), "mine");
    ck_assert_uint_eq(entries_of(folder), 1);
}
END_TEST

START_TEST(names_stay_inside_the_directory)
{
    static const char *const outside[] = {"", "/etc/x", "../x", "a/../x", "a//x", "a/", ".", "./x", "manifest.json"};
    struct lka_directory *directory = open_directory(path_of("out"));
    for (size_t i = 0; i < sizeof outside / sizeof *outside; i++) {
        char *path;
        ck_assert_int_eq(lka_directory_path(directory, outside[i], &path, &error), LKA_USAGE);
        ck_assert_ptr_null(path);
    }
    add_file(directory, "..a/.b", "fine");
    lka_directory_abandon(directory);
}
END_TEST

START_TEST(every_allocation_may_fail)
{
    publish(path_of("out"), "a.csv", "old");
    struct ledger ledger;
    ledger_install(&ledger);
    size_t done = 0;
    for (size_t k = 1; done == 0; k++) {
        ledger_fail(&ledger, k);
        struct lka_directory *directory = NULL;
        char *path = NULL;
        lka_status status = lka_directory_open(path_of("out"), &directory, &error);
        status = status == LKA_OK ? lka_directory_path(directory, "sub/a.csv", &path, &error) : status;
        status = status == LKA_OK ? lka_output_file(path, true, "new", 3, &error) : status;
        lka_free(path);
        if (status == LKA_OK) {
            status = lka_directory_commit(directory, &error);
        } else {
            lka_directory_abandon(directory);
        }
        ck_assert_msg(status == LKA_OK || status == LKA_MEMORY, "allocation %zu: %s", k, error.message);
        ck_assert_uint_eq(ledger.alive, 0);
        ck_assert_uint_eq(entries_of(folder), 1);
        done += status == LKA_OK;
    }
    lka_set_allocator(NULL);
    ck_assert_str_eq(read_file(path_of("out/sub/a.csv")), "new");
}
END_TEST

static Suite *suite(void)
{
    Suite *output = suite_create("output");
    TCase *tests = tcase_create("output");
    tcase_add_checked_fixture(tests, make_folder, remove_folder);
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, the_old_file_stands_until_the_commit);
    tcase_add_test(tests, abandoned_output_leaves_nothing);
    tcase_add_loop_test(tests, what_is_watched_is_what_the_file_has, 0, 2);
    tcase_add_test(tests, much_is_written_in_order);
    tcase_add_test(tests, private_files_are_for_their_owner);
    tcase_add_test(tests, a_link_stays_a_link);
    tcase_add_test(tests, places_that_cannot_be_written);
    tcase_add_test(tests, a_full_disk_leaves_the_old_file);
    tcase_add_test(tests, a_device_is_written_in_place);
    tcase_add_test(tests, a_dash_is_stdout);
    tcase_add_test(tests, the_name_decides_about_compression);
    tcase_add_test(tests, compressed_files_are_the_same_bytes_again);
    tcase_add_test(tests, nothing_compressed_is_a_whole_file);
    tcase_add_test(tests, ready_compressed_files_are_whole);
    tcase_add_test(tests, a_full_disk_leaves_the_old_compressed_file);
    tcase_add_test(tests, compressing_survives_failed_allocations);
    tcase_add_test(tests, temporaries_of_dead_processes_go);
    tcase_add_test(tests, a_temporary_file_has_no_name);
    tcase_add_test(tests, a_directory_appears_whole_with_its_manifest);
    tcase_add_test(tests, our_own_directory_is_replaced);
    tcase_add_test(tests, an_abandoned_directory_leaves_nothing);
    tcase_add_test(tests, what_is_not_ours_is_not_replaced);
    tcase_add_test(tests, an_empty_directory_may_be_filled);
    tcase_add_test(tests, what_was_put_there_meanwhile_is_not_lost);
    tcase_add_test(tests, names_stay_inside_the_directory);
    tcase_add_test(tests, every_allocation_may_fail);
    suite_add_tcase(output, tests);
    return output;
}

int main(void)
{
    lka_init();
    return run_suite(suite());
}
