/* `hash` over more values than it hashes at once: each row has its own hash, whatever stands around it. */
#include "lookalike/identity.h"

#include "identity/identity.h"
#include "short_memory_by_hand.h"
#include "stage_by_hand.h"
#include "run_suite.h"

enum { VALUES = 5000 };

static struct lka_error error;
static char *given;  /* the values, a line each */
static char *wanted; /* the table that is to come out */

/* Long and short ones, some that have to be quoted, some of which nothing is left. */
static void make_one(size_t i, struct lka_text *line, struct lka_text *row)
{
    char hex[65];
    char value[128];
    size_t length = (size_t)snprintf(
        value, sizeof value, "%s%zu%.*s", i % 7 == 0 ? "a,b" : "", i, (int)(i % 90),
        "0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890");
    struct lka_span span = {value, i % 11 == 0 ? 0 : (uint32_t)length};
    ck_assert(lka_sha256_hex(span, hex));
    lka_text_append(line, span.text, span.length);
    lka_text_append(line, "\n", 1);
    lka_text_csv_field(row, span, ',');
    lka_text_append(row, ",", 1);
    lka_text_csv_field(row, span, ',');
    lka_text_format(row, ",%s\n", span.length ? hex : "");
}

static void make_values(void)
{
    struct lka_text lines = {0};
    struct lka_text rows = {0};
    make_folder();
    lka_text_string(&rows, "value,normalised,encoded\n");
    for (size_t i = 0; i < VALUES; i++) {
        make_one(i, &lines, &rows);
    }
    ck_assert_int_eq(lka_text_take(&lines, &given, &error), LKA_OK);
    ck_assert_int_eq(lka_text_take(&rows, &wanted, &error), LKA_OK);
    write_bytes("values.txt", given, strlen(given));
}

static void drop_values(void)
{
    lka_free(given);
    lka_free(wanted);
    remove_folder();
}

static lka_status hash(void)
{
    const char *const settings[] = {"platform=meta", "field=external_id", "encoding=sha256-hex",
                                    "in=values.txt", "out=hashed.csv",    NULL};
    return run_stage(&lka_hash_params, lka_hash_values, settings, NULL, &error);
}

static void check_output(void)
{
    size_t length = strlen(wanted);
    char *hashed = malloc(length + 2);
    FILE *file = fopen(path_of("hashed.csv"), "rb");
    ck_assert(file && hashed);
    ck_assert_uint_eq(fread(hashed, 1, length + 2, file), length);
    ck_assert_mem_eq(hashed, wanted, length);
    fclose(file);
    free(hashed);
}

START_TEST(every_row_has_its_hash)
{
    ck_assert_msg(hash() == LKA_OK, "%s", error.message);
    check_output();
}
END_TEST

START_TEST(memory_that_ends_is_told)
{
    size_t calls;
    memory_plenty();
    ck_assert_int_eq(hash(), LKA_OK);
    calls = short_memory.calls;
    memory_give_back();
    for (size_t k = 1; k <= calls; k++) {
        unlink(path_of("hashed.csv"));
        memory_fails_at(k);
        lka_status status = hash();
        memory_give_back();
        bool written = access(path_of("hashed.csv"), F_OK) == 0;
        ck_assert(status == LKA_OK ? written : status == LKA_MEMORY);
        if (written) { /* all of it: the summary, which comes last, may fail */
            check_output();
        }
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("hash_values");
    TCase *cases = tcase_create("hash_values");
    tcase_add_checked_fixture(cases, make_values, drop_values);
    tcase_add_test(cases, every_row_has_its_hash);
    tcase_add_test(cases, memory_that_ends_is_told);
    suite_add_tcase(suite, cases);
    return run_suite(suite);
}
