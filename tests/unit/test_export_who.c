/* Whose consent a file needs, by platform and region; the seeds as a platform's own look-alike source. */
#include "export_by_hand.h"
#include "run_suite.h"
#include "lookalike/eligibility.h"
#include "store/workspace.h"

#define OUT setting("out", path_of("out"))

static const char *table(const char *text)
{
    return setting("audience", write_file("people.csv", text));
}

/* ---- consent signals -------------------------------------------------------------------------- */

/* A directory that audience wrote has the consents: each platform is asked for its own, whoever it was made for. */
START_TEST(each_platform_asks_for_its_own_consents)
{
    const char *audience = write_people("audience", "email,country,consents",
                                        "1,p1,a@example.com,FR,advertising|ad_user_data|ad_personalization\n"
                                        "2,p2,b@example.com,FR,advertising:meta\n3,p3,c@example.com,US,advertising\n",
                                        100, ",US,advertising");
    write_file("audience/audience.json", "{\"platform\": \"meta\"}");
    MUST_EXPORT(setting("audience", audience), OUT, "platform=meta", "platform=google");
    ck_assert(holds("meta/manifest.json", "\"written\": 103"));
    ck_assert(holds("google/manifest.json", "\"written\": 102"));
    ck_assert(holds("google/manifest.json", "\"no consent for advertising\": 1"));
}
END_TEST

/* An audience of an older version has no consents; they were looked at for the platform that it was made for. */
START_TEST(an_audience_without_consents_is_trusted_on_its_platform_alone)
{
    const char *audience = write_people("audience", "email,country", "", 100, ",FR");
    write_file("audience/audience.json", "{\"platform\": \"google\"}");
    MUST_EXPORT(setting("audience", audience), OUT, "platform=google");
    write_file("audience/audience.json", "{\"platform\": \"meta\"}");
    ck_assert_int_eq(EXPORT(setting("audience", audience), OUT, "platform=google"), LKA_REFUSED);
    MUST_EXPORT(setting("audience", audience), OUT, "platform=plain");
    ck_assert_ptr_nonnull(strstr(summary, "was made for meta"));
}
END_TEST

/* Columns of their own go before the list; an unknown word is a no; an unknown country is taken to be in the EEA. */
START_TEST(signals_are_yes_or_no)
{
    const char *audience = write_people("audience", "email,country,consents,ad_user_data,ad_personalization",
                                        "1,p1,a@example.com,FR,advertising,yes,yes\n"
                                        "2,p2,b@example.com,FR,advertising,yes,perhaps\n"
                                        "3,p3,c@example.com,,advertising,,\n4,p4,d@example.com,GB,advertising,,\n",
                                        100, ",US,advertising,,");
    MUST_EXPORT(setting("audience", audience), OUT, "platform=google");
    ck_assert(holds("google/manifest.json", "\"no consent signals (EEA)\": 2"));
    ck_assert(holds("google/manifest.json", "\"written\": 102"));
}
END_TEST

/* --country speaks for rows that tell none; parts of members with codes of their own are in the EEA, too. */
START_TEST(what_is_no_known_country_may_be_in_the_eea)
{
    static const char *const countries[] = {"FRA", "France", " FR", "el", "RE", "AX", "EU", "XX", "1F"};
    struct lka_text rows = {0};
    for (size_t i = 0; i < sizeof countries / sizeof *countries; i++) {
        lka_text_format(&rows, "%zu,p%zu,a%zu@example.com,,%s\n", i, i, i, countries[i]);
    }
    lka_text_string(&rows, "10,p10,b@example.com,,\n11,p11,,0612345678,France\n");
    const char *audience = write_people("audience", "email,phone,country", rows.bytes, 100, ",,US");
    lka_text_release(&rows);
    MUST_EXPORT(setting("audience", audience), OUT, "platform=google", "country=GB");
    ck_assert(holds("google/manifest.json", "\"no consent signals (EEA)\": 10"));
    ck_assert(holds("google/manifest.json", "\"written\": 101"));
    MUST_EXPORT(setting("audience", audience), OUT, "platform=plain", "country=FR");
    ck_assert(!holds("plain/plain-csv-add-0001.csv", "+336"));
}
END_TEST

/* Whoever objected since is taken off; of whoever was never sent to this platform it is not told now. */
START_TEST(a_removal_tells_a_platform_of_nobody_new)
{
    const char *before = write_people("before", "email,consents",
                                      "1,p1,a@example.com,advertising\n2,p2,b@example.com,advertising:meta\n", 0, "");
    const char *now = write_people("now", "email,consents", "1,p3,c@example.com,advertising\n", 0, "");
    MUST_EXPORT(setting("audience", now), setting("previous", before), OUT, "platform=plain");
    const char *removed = read_file(path_of("out/plain/plain-csv-remove-0001.csv"));
    ck_assert_ptr_nonnull(strstr(removed, "a@example.com"));
    ck_assert_ptr_null(strstr(removed, "b@example.com"));
}
END_TEST

/* A request to DV360 speaks for everybody in it. */
START_TEST(who_is_said_to_have_consented_has)
{
    const char *audience = write_people("audience", "email,country,ad_user_data,ad_personalization",
                                        "1,p1,a@example.com,US,yes,\n", 100, ",US,yes,yes");
    MUST_EXPORT(setting("audience", audience), OUT, "platform=dv360", "unverified=true");
    ck_assert(holds("dv360/manifest.json", "\"no consent signals\": 1"));
    ck_assert(holds("dv360/dv360-api-add-0001.json", "\"adUserData\":\"CONSENT_STATUS_GRANTED\""));
}
END_TEST

START_TEST(hashed_phones_stay_out_of_files_of_the_eu)
{
    const char *audience = write_people("audience", "email,phone,country",
                                        "1,p1,a@example.com,+33612345678,FR\n2,p2,b@example.com,+12025550123,US\n", 30,
                                        ",,");
    MUST_EXPORT(setting("audience", audience), OUT, "platform=liveramp", "format=phones", "unverified=true");
    ck_assert(holds("liveramp/manifest.json", "\"not taken of people in the EEA\": 1"));
    const char *file = read_file(path_of("out/liveramp/liveramp-phones-add-0001.csv"));
    /* SHA-1 of 2025550123, and of 612345678, by sha1sum. */
    ck_assert_ptr_nonnull(strstr(file, ",\"\",\"9a882b21b558bffc1ddeed9580c635acc781e95e\",\"\"\n"));
    ck_assert_ptr_null(strstr(file, "2f92022705bb464fd867cae9c37612c3ae0e995a"));
}
END_TEST

START_TEST(limited_data_use_is_said_a_row)
{
    const char *audience = write_people("audience", "email,data_processing_options",
                                        "1,p1,a@example.com,LDU\n2,p2,b@example.com,ldu\n", 100, ",");
    MUST_EXPORT(setting("audience", audience), OUT, "platform=meta", "format=api_ldu");
    const char *file = read_file(path_of("out/meta/meta-api_ldu-add-0001.json"));
    ck_assert_ptr_nonnull(strstr(file, "\"LOOKALIKE_VALUE\",\"DATA_PROCESSING_OPTIONS\"],\"data\":[["));
    ck_assert_ptr_nonnull(strstr(file, "\"\",[\"LDU\"]],["));
    ck_assert_ptr_nonnull(strstr(file, "\"\",[]],["));
    ck_assert(holds("meta/manifest.json", "\"none of the words that are allowed\": 1"));
}
END_TEST

/* It decides about nothing, and no step touches it. */
START_TEST(the_string_of_a_consent_dialogue_is_carried_as_it_is)
{
    MUST_EXPORT(table("id,email,tc_string\n1,a@example.com,CPc4= x\n2,b@example.com,\n"), OUT, "platform=plain",
                "format=tcf");
    ck_assert(holds("plain/plain-tcf-add-0001.csv", "\na@example.com,,,,,,CPc4= x\nb@example.com,,,,,,\n"));
    ck_assert_ptr_nonnull(strstr(summary, "everybody is taken to have done so"));
}
END_TEST

START_TEST(a_rule_says_who)
{
    MUST_EXPORT(table("id,email,device\n1,a@example.com,iphone\n2,b@example.com,android\n"), OUT, "platform=plain",
                "where=device = 'iphone'");
    ck_assert(!holds("plain/plain-csv-add-0001.csv", "b@example.com"));
    ck_assert(holds("plain/manifest.json", "\"by --where\": 1"));
}
END_TEST

/* ---- objections ------------------------------------------------------------------------------- */

static void objects(const char *email)
{
    struct lka_options *options;
    char *text = NULL;
    char table[64];
    snprintf(table, sizeof table, "email\n%s\n", email);
    ck_assert_int_eq(lka_options_new(&lka_suppress_import_params, &options, NULL), LKA_OK);
    ck_assert_int_eq(lka_options_set(options, "workspace", path_of("ws"), NULL), LKA_OK);
    ck_assert_int_eq(lka_options_set(options, "file", write_file("no.csv", table), NULL), LKA_OK);
    ck_assert_int_eq(lka_suppress_import(options, NULL, &text, &error), LKA_OK);
    lka_options_free(options);
    lka_free(text);
}

START_TEST(an_objection_is_met_in_every_column)
{
    objects("A@example.com");
    MUST_EXPORT(table("id,email,contact_email\n1,other@example.com,a@example.com\n2,b@example.com,\n"), OUT,
                "platform=plain", setting("workspace", path_of("ws")));
    ck_assert(holds("plain/manifest.json", "\"objected\": 1"));
    ck_assert(!holds("plain/plain-csv-add-0001.csv", "other@"));
}
END_TEST

/* Whom --where leaves out is asked all the same: the phone is hers, too; also where she is in the audience before alone. */
START_TEST(a_rule_hides_nobody_who_objected)
{
    const char *head = "email,phone,device";
    const char *both = "1,p1,a@example.com,+33612345678,iphone\n2,p2,b@example.com,+33612345678,android\n"
                       "3,p3,c@example.com,+33612345679,android\n";
    const char *before = setting("previous", write_people("before", head, both, 0, ""));
    const char *now = setting("audience", write_people("now", head, both, 0, ""));
    const char *later = setting("audience", write_people("later", head, strchr(both, '\n') + 1, 0, ""));
    objects("a@example.com");
    MUST_EXPORT(now, OUT, "platform=plain", "where=device = 'android'", setting("workspace", path_of("ws")));
    ck_assert(!holds("plain/plain-csv-add-0001.csv", "+33612345678"));
    ck_assert(holds("plain/plain-csv-add-0001.csv", "c@example.com"));
    ck_assert(holds("plain/manifest.json", "\"shares an identifier with somebody who objected\": 1"));
    write_people("before", head, "1,p1,a@example.com,+33612345678,iphone\n", 0, "");
    MUST_EXPORT(later, before, OUT, "platform=plain", "where=device = 'android'", setting("workspace", path_of("ws")));
    ck_assert(!holds("plain/plain-csv-add-0001.csv", "+33612345678"));
    ck_assert(holds("plain/plain-csv-add-0001.csv", "c@example.com"));
}
END_TEST

/* b objected after the audience was made, and before it was exported; a after that. */
START_TEST(a_removal_tells_a_platform_of_nobody_who_was_kept_back)
{
    const char *rows = "1,p1,a@example.com,advertising\n2,p2,b@example.com,advertising\n";
    const char *before = setting("previous", write_people("before", "email,consents", rows, 0, ""));
    const char *first = setting("audience", path_of("before"));
    const char *now = setting("audience",
                              write_people("now", "email,consents", "1,p3,c@example.com,advertising\n", 0, ""));
    objects("b@example.com");
    MUST_EXPORT(first, OUT, "platform=plain", setting("workspace", path_of("ws")));
    objects("a@example.com");
    MUST_EXPORT(now, before, OUT, "platform=plain", setting("workspace", path_of("ws")));
    ck_assert(holds("plain/plain-csv-remove-0001.csv", "a@example.com"));
    ck_assert(!holds("plain/plain-csv-remove-0001.csv", "b@example.com"));
}
END_TEST

/* The workspace remembers no export of the audience before: the platform may have anybody. */
START_TEST(what_is_not_remembered_may_have_been_given)
{
    const char *before = setting("previous",
                                 write_people("before", "email,consents", "1,p1,a@example.com,advertising\n", 0, ""));
    const char *now = setting("audience",
                              write_people("now", "email,consents", "1,p3,c@example.com,advertising\n", 0, ""));
    objects("a@example.com");
    MUST_EXPORT(now, before, OUT, "platform=plain", setting("workspace", path_of("ws")));
    ck_assert(holds("plain/plain-csv-remove-0001.csv", "a@example.com"));
}
END_TEST

/* ---- seeds ------------------------------------------------------------------------------------ */

static const char *write_seeds(size_t french, size_t british, const char *rows)
{
    struct lka_text text = {0};
    lka_text_format(&text, "contact_id,email,country,consents,spent\n%s", rows);
    for (size_t i = 0; i < french + british; i++) {
        lka_text_format(&text, "C%zu,c%zu@example.org,%s,profiling|advertising,%zu.5\n", i, i, i < french ? "FR" : "GB",
                        i);
    }
    const char *file = write_file("seeds.csv", text.bytes);
    lka_text_release(&text);
    return setting("seeds", file);
}

START_TEST(seeds_go_with_what_they_are_worth)
{
    const char *seeds = write_seeds(1000, 0,
                                    "A,a@example.org,FR,advertising,7\nB,b@example.org,FR,profiling,7\n"
                                    "D,d@example.org,FR,profiling|advertising:meta,-7\n");
    MUST_EXPORT(seeds, OUT, "platform=meta", "value=spent");
    ck_assert(holds("meta/manifest.json", "\"no consent for profiling\": 1"));
    ck_assert(holds("meta/manifest.json", "\"no consent for advertising\": 1"));
    ck_assert(holds("meta/manifest.json", "\"no number of 0 or more\": 1"));
    ck_assert(holds("meta/manifest.json", "Create a lookalike audience"));
    ck_assert(holds("meta/meta-csv-add-0001.csv", ",,,,12.5\n"));
    ck_assert_ptr_null(strstr(summary, "fewer than Meta Custom Audience advises"));
    MUST_EXPORT(seeds, OUT, "platform=meta", "value=spent", "format=api");
    ck_assert(holds("meta/meta-api-add-0001.json", "\"\",\"12.5\"],["));
}
END_TEST

START_TEST(a_country_needs_enough_seeds)
{
    MUST_EXPORT(write_seeds(100, 99, ""), OUT, "platform=meta");
    ck_assert_ptr_nonnull(strstr(summary, "with fewer than 100 of them: GB\""));
    ck_assert_ptr_nonnull(strstr(summary, "advises: 1000 or more"));
    ck_assert_int_eq(EXPORT(write_seeds(99, 99, ""), OUT, "platform=meta"), LKA_REFUSED);
    ck_assert_ptr_nonnull(strstr(error.message, "no country has the 100 people"));
}
END_TEST

START_TEST(a_value_that_goes_nowhere_is_refused)
{
    const char *seeds = write_seeds(300, 0, "");
    ck_assert_int_eq(EXPORT(seeds, OUT, "platform=microsoft", "value=spent"), LKA_USAGE);
    ck_assert_ptr_nonnull(strstr(error.message, "takes no value of a person"));
    ck_assert_int_eq(EXPORT(seeds, OUT, "platform=meta", "value=spend"), LKA_USAGE);
    ck_assert_ptr_nonnull(strstr(error.message, "did you mean \"spent\"?"));
    ck_assert_int_eq(EXPORT(seeds, setting("audience", "x"), OUT, "platform=meta"), LKA_USAGE);
    ck_assert_ptr_nonnull(strstr(error.message, "--audience or --seeds"));
    MUST_EXPORT(seeds, OUT, "platform=microsoft");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("export who");
    TCase *cases = tcase_create("export who");
    tcase_add_checked_fixture(cases, set_up, tear_down);
    tcase_add_test(cases, each_platform_asks_for_its_own_consents);
    tcase_add_test(cases, an_audience_without_consents_is_trusted_on_its_platform_alone);
    tcase_add_test(cases, signals_are_yes_or_no);
    tcase_add_test(cases, what_is_no_known_country_may_be_in_the_eea);
    tcase_add_test(cases, a_removal_tells_a_platform_of_nobody_new);
    tcase_add_test(cases, who_is_said_to_have_consented_has);
    tcase_add_test(cases, hashed_phones_stay_out_of_files_of_the_eu);
    tcase_add_test(cases, limited_data_use_is_said_a_row);
    tcase_add_test(cases, the_string_of_a_consent_dialogue_is_carried_as_it_is);
    tcase_add_test(cases, a_rule_says_who);
    tcase_add_test(cases, an_objection_is_met_in_every_column);
    tcase_add_test(cases, a_rule_hides_nobody_who_objected);
    tcase_add_test(cases, a_removal_tells_a_platform_of_nobody_who_was_kept_back);
    tcase_add_test(cases, what_is_not_remembered_may_have_been_given);
    tcase_add_test(cases, seeds_go_with_what_they_are_worth);
    tcase_add_test(cases, a_country_needs_enough_seeds);
    tcase_add_test(cases, a_value_that_goes_nowhere_is_refused);
    suite_add_tcase(suite, cases);
    return run_suite(suite);
}
