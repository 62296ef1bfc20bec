/* Who objected: met in every form, by hashes too; a list that is whole, or is told not to be. */
#include "eligibility/entries.h"
#include "eligibility/suppression_file.h"
#include "suppression_by_hand.h"
#include "run_suite.h"

/* ---- asking ----------------------------------------------------------------------------------- */

static const char *const people = "email,phone,country,maid\n"
                                  "Jane.Saoirse+news@gmail.com,,,\n"
                                  ",06 12 34 56 78,FR,\n"
                                  "ann@example.org,,,6D92078A-8246-4BA4-AE5B-76104861E7DC\n";

static bool holds(const char *email, const char *phone, const char *country, const char *maid)
{
    struct lka_suppression *list;
    bool found = false;
    struct lka_workspace *workspace = open_workspace(LKA_WORKSPACE_READ);
    must(lka_suppression_open(workspace, &list, NULL));
    must(lka_suppression_holds(list, lka_span_of(email), lka_span_of(phone), country, lka_span_of(maid), &found, NULL));
    lka_suppression_close(list);
    lka_workspace_close(workspace);
    return found;
}

START_TEST(a_person_is_met_in_every_form)
{
    must_import(people);
    ck_assert(holds("janesaoirse@googlemail.com", "", NULL, ""));
    ck_assert(holds(" ANN@example.org", "", NULL, ""));
    ck_assert(holds("other@example.org", "+33 6 12 34 56 78", NULL, ""));
    ck_assert(holds("", "0612345678", "FR", ""));
    ck_assert(holds("", "", NULL, "6d92078a-8246-4ba4-ae5b-76104861e7dc"));
    ck_assert(!holds("saoirse@gmail.com", "+33 6 12 34 56 79", NULL, "6d92078a"));
    ck_assert(!holds("", "", NULL, ""));
}
END_TEST

/* The SHA-256 of "janesaoirse@gmail.com" (UID2's documentation) and of "someone-else@example.org". */
START_TEST(hashes_are_met_by_plain_objections_and_the_other_way_round)
{
    struct lka_suppression *list;
    bool found = false;
    must_import(people);
    struct lka_workspace *workspace = open_workspace(LKA_WORKSPACE_READ);
    must(lka_suppression_open(workspace, &list, NULL));
    must(lka_suppression_holds_value(list, LKA_ID_EMAIL,
                                     LKA_SPAN("92ee26057ed9dea2535d6c8b141d48373932476599196e00352254896db5888f"), NULL,
                                     true, &found, NULL));
    ck_assert(found);
    lka_suppression_close(list);
    lka_workspace_close(workspace);
    char file[300];
    snprintf(file, sizeof file, "file=%s",
             write_file("hashed.csv", "email_sha256\n"
                                      "B4C9A289323B21A01C3E940F150EB9B8C542587F1ABFD8F0E1CC1FFC5E475514\n"));
    const char *const settings[] = {file, "hashed=email_sha256", NULL};
    ck_assert(!holds("user@example.com", "", NULL, ""));
    must(import_with(settings));
    ck_assert(holds("User@Example.com", "", NULL, ""));
}
END_TEST

static bool holds_hash(enum lka_id_type type, const char *hash, bool *knows_short)
{
    struct lka_suppression *list;
    bool found = false;
    struct lka_workspace *workspace = open_workspace(LKA_WORKSPACE_READ);
    must(lka_suppression_open(workspace, &list, NULL));
    must(lka_suppression_holds_value(list, type, lka_span_of(hash), NULL, true, &found, NULL));
    *knows_short = lka_suppression_knows_short(list);
    lka_suppression_close(list);
    lka_workspace_close(workspace);
    return found;
}

/* MD5 and SHA-1 of "janesaoirse@gmail.com" and of "ann@example.org", by md5sum and sha1sum. */
START_TEST(plain_objections_are_met_by_md5_and_sha_1)
{
    bool knows = false;
    must_import(people);
    ck_assert(!holds_hash(LKA_ID_EMAIL, "8bcc2fb2afbb4c2ed1c6c9e1b6a1a1b0", &knows));
    ck_assert(knows);
    ck_assert(holds_hash(LKA_ID_EMAIL, "015acf595d4cca14c5c38bd1e1985bce", &knows));
    ck_assert(holds_hash(LKA_ID_EMAIL, "a4414de3ce1f77d2615b90c3ba16219b38193ced", &knows));
    ck_assert(!holds_hash(LKA_ID_MAID, "a4414de3ce1f77d2615b90c3ba16219b38193ced", &knows));
    char file[300];
    snprintf(file, sizeof file, "file=%s",
             write_file("hashed.csv", "email_sha256\n"
                                      "B4C9A289323B21A01C3E940F150EB9B8C542587F1ABFD8F0E1CC1FFC5E475514\n"));
    const char *const settings[] = {file, "hashed=email_sha256", NULL};
    must(import_with(settings));
    ck_assert(holds_hash(LKA_ID_EMAIL, "a4414de3ce1f77d2615b90c3ba16219b38193ced", &knows));
    ck_assert(!knows); /* of the one who was imported as a hash nobody can tell the MD5 */
    must_import(people);
    holds_hash(LKA_ID_EMAIL, "a4414de3ce1f77d2615b90c3ba16219b38193ced", &knows);
    ck_assert(!knows);
}
END_TEST

START_TEST(nobody_objected_at_first)
{
    struct lka_suppression *list;
    bool found = true;
    must(lka_suppression_open(NULL, &list, NULL));
    must(lka_suppression_holds(list, LKA_SPAN("ann@example.org"), LKA_SPAN(""), NULL, LKA_SPAN(""), &found, NULL));
    ck_assert(!found);
    lka_suppression_close(list);
    lka_workspace_close(open_workspace(LKA_WORKSPACE_WRITE));
    ck_assert_int_eq(entries_in_list(), 0);
}
END_TEST

START_TEST(what_was_imported_before_stays)
{
    must_import(people);
    int64_t before = entries_in_list();
    must_import(people);
    ck_assert_int_eq(entries_in_list(), before);
    must_import("email\nbob@example.org\n");
    ck_assert_int_eq(entries_in_list(), before + 3); /* SHA-256, SHA-1, MD5 */
    ck_assert(holds("ann@example.org", "", NULL, ""));
}
END_TEST

/* ---- the file --------------------------------------------------------------------------------- */

static void expect_damaged(void)
{
    ck_assert_int_eq(entries_in_list(), -1);
    ck_assert_int_eq(error.code, LKA_DATA);
    ck_assert_ptr_nonnull(strstr(error.message, "missing, damaged or not the one"));
    ck_assert_int_eq(import_text("email\nbob@example.org\n"), LKA_DATA);
}

START_TEST(a_list_that_was_changed_is_told)
{
    char list[256];
    snprintf(list, sizeof list, "%s/suppression.bin", path);
    must_import(people);
    ck_assert_int_eq(mode_of(list), 0600);
    FILE *file = fopen(list, "r+b");
    fseek(file, 20, SEEK_SET);
    int byte = fgetc(file);
    fseek(file, 20, SEEK_SET);
    fputc(byte ^ 1, file);
    fclose(file);
    expect_damaged();
    must(truncate(list, 16));
    expect_damaged();
    must(truncate(list, 0));
    expect_damaged();
    must(unlink(list));
    expect_damaged();
}
END_TEST

START_TEST(a_list_that_is_cut_short_later_still_answers)
{
    char list[256];
    snprintf(list, sizeof list, "%s/suppression.bin", path);
    must_import(people);
    struct lka_workspace *workspace = open_workspace(LKA_WORKSPACE_READ);
    struct lka_suppression *open;
    must(lka_suppression_open(workspace, &open, &error));
    must(truncate(list, 0));
    bool found = false;
    must(lka_suppression_holds(open, LKA_SPAN("ann@example.org"), LKA_SPAN(""), NULL, LKA_SPAN(""), &found, NULL));
    ck_assert(found);
    lka_suppression_close(open);
    lka_workspace_close(workspace);
}
END_TEST

START_TEST(an_older_list_is_not_the_one)
{
    char list[256];
    char older[256];
    snprintf(list, sizeof list, "%s/suppression.bin", path);
    snprintf(older, sizeof older, "%s/older", folder);
    must_import(people);
    must(link(list, older));
    must_import("email\nbob@example.org\n");
    must(rename(older, list));
    expect_damaged();
}
END_TEST

START_TEST(the_next_writer_ends_what_a_dead_one_began)
{
    char list[256];
    char new_list[256];
    snprintf(list, sizeof list, "%s/suppression.bin", path);
    snprintf(new_list, sizeof new_list, "%s/suppression.bin.new", path);
    must_import(people);
    int64_t before = entries_in_list();
    must(rename(list, new_list)); /* it died before the renaming */
    ck_assert_int_eq(entries_in_list(), before);
    must_import("email\nbob@example.org\n");
    ck_assert_int_eq(entries_in_list(), before + 3); /* SHA-256, SHA-1, MD5 */
    ck_assert(!exists(new_list));
    FILE *file = fopen(new_list, "wb"); /* it died before the commit */
    fputs("half a list", file);
    fclose(file);
    ck_assert_int_eq(entries_in_list(), before + 3); /* SHA-256, SHA-1, MD5 */
    must_import("email\neve@example.org\n");
    ck_assert_int_eq(entries_in_list(), before + 6);
}
END_TEST

START_TEST(without_its_key_a_list_is_of_no_use)
{
    char key[256];
    snprintf(key, sizeof key, "%s/key", path);
    must_import(people);
    must(unlink(key));
    ck_assert_int_eq(entries_in_list(), -1);
    ck_assert_int_eq(error.code, LKA_USAGE);
    ck_assert_ptr_nonnull(strstr(error.message, "lost"));
    ck_assert_int_eq(import_text("email\nbob@example.org\n"), LKA_USAGE);
    ck_assert(!exists(key));
}
END_TEST

/* ---- more than memory holds ------------------------------------------------------------------- */

enum { MANY = (1 << 22) + 70000 };

/* Each value twice: Knuth's multiplier reaches every 32-bit number once. */
static void fill_entry(uint32_t i, uint8_t entry[LKA_ENTRY_BYTES])
{
    uint32_t number = (i / 2) * 2654435761u;
    memset(entry, 0, LKA_ENTRY_BYTES);
    for (int b = 0; b < 4; b++) {
        entry[b] = (uint8_t)(number >> (24 - 8 * b));
    }
}

static void expect_ascending(const char *file, uint64_t count)
{
    uint8_t last[LKA_ENTRY_BYTES];
    uint8_t entry[LKA_ENTRY_BYTES];
    uint64_t seen = 0;
    FILE *in = fopen(file, "rb");
    ck_assert_int_eq(fseek(in, LKA_ENTRIES_HEADER, SEEK_SET), 0);
    for (; fread(entry, sizeof entry, 1, in) == 1; seen++) {
        ck_assert(seen == 0 || memcmp(last, entry, sizeof entry) < 0);
        memcpy(last, entry, sizeof entry);
    }
    fclose(in);
    ck_assert_uint_eq(seen, count);
}

START_TEST(entries_are_merged_from_runs_and_the_old_file)
{
    struct lka_entries *entries;
    uint8_t entry[LKA_ENTRY_BYTES];
    uint64_t count = 0;
    char hex[33];
    must(lka_entries_new(folder, &entries, NULL));
    for (uint32_t i = 0; i < MANY; i++) {
        fill_entry(i, entry);
        must(lka_entries_add(entries, entry, NULL));
    }
    must(lka_entries_write(entries, NULL, path_of("old"), &count, hex, NULL));
    lka_entries_free(entries);
    ck_assert_uint_eq(count, MANY / 2);
    expect_ascending(path_of("old"), count);
    must(lka_entries_new(folder, &entries, NULL));
    for (uint32_t i = MANY - 100; i < MANY + 100; i++) {
        fill_entry(i, entry);
        must(lka_entries_add(entries, entry, NULL));
    }
    must(lka_entries_write(entries, path_of("old"), path_of("new"), &count, hex, NULL));
    lka_entries_free(entries);
    ck_assert_uint_eq(count, MANY / 2 + 50);
    expect_ascending(path_of("new"), count);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("suppression");
    TCase *tests = tcase_create("suppression");
    tcase_add_checked_fixture(tests, start_store, end_store);
    tcase_set_timeout(tests, 120);
    tcase_add_test(tests, a_person_is_met_in_every_form);
    tcase_add_test(tests, hashes_are_met_by_plain_objections_and_the_other_way_round);
    tcase_add_test(tests, plain_objections_are_met_by_md5_and_sha_1);
    tcase_add_test(tests, nobody_objected_at_first);
    tcase_add_test(tests, what_was_imported_before_stays);
    tcase_add_test(tests, a_list_that_was_changed_is_told);
    tcase_add_test(tests, a_list_that_is_cut_short_later_still_answers);
    tcase_add_test(tests, an_older_list_is_not_the_one);
    tcase_add_test(tests, the_next_writer_ends_what_a_dead_one_began);
    tcase_add_test(tests, without_its_key_a_list_is_of_no_use);
    tcase_add_test(tests, entries_are_merged_from_runs_and_the_old_file);
    suite_add_tcase(suite, tests);
    return run_suite(suite);
}
