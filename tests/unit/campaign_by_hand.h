/* tests/unit/campaign_by_hand.h: the stages of a campaign, on tables made by hand. */
#ifndef LKA_TESTS_CAMPAIGN_BY_HAND_H
#define LKA_TESTS_CAMPAIGN_BY_HAND_H

#include "lookalike/campaign.h"

#include "stage_by_hand.h"
#include "identity/identity.h"

static struct lka_error error;
static json_t *document;

static inline void setup(void)
{
    lka_init();
    make_folder();
}

static inline void teardown(void)
{
    json_decref(document);
    document = NULL;
    remove_folder();
}

#define ONBOARD(...)                                                                                               \
    run_stage(&lka_campaign_onboard_params, lka_campaign_onboard,                                                  \
              (const char *const[16]){"contacts=contacts.csv", "identities=identities.csv", "workspace=workspace", \
                                      "out=reach", "min-people=1", __VA_ARGS__},                                   \
              &document, &error)
#define ALLOCATE(...)                                               \
    run_stage(&lka_campaign_allocate_params, lka_campaign_allocate, \
              (const char *const[16]){"workspace=workspace", "out=wave", __VA_ARGS__}, &document, &error)
#define REGISTER(...)                                                                                        \
    run_stage(&lka_campaign_registrations_params, lka_campaign_registrations,                                \
              (const char *const[16]){"workspace=workspace", "out=registered", "min-people=1", __VA_ARGS__}, \
              &document, &error)
#define SEEDS(...)                                                                                               \
    run_stage(&lka_campaign_seeds_params, lka_campaign_seeds,                                                    \
              (const char *const[16]){"exposures=exposures.csv", "workspace=workspace", "out=crm", __VA_ARGS__}, \
              &document, &error)

static inline void check_ok(lka_status status)
{
    ck_assert_msg(status == LKA_OK, "%s", error.message);
}

/* The number at "counts.identities.used". */
static inline json_int_t number_at(const char *path)
{
    const json_t *at = document;
    char key[96];
    while (*path) {
        size_t length = strcspn(path, ".");
        snprintf(key, sizeof key, "%.*s", (int)length, path);
        at = json_object_get(at, key);
        path += length + (path[length] == '.');
    }
    ck_assert_msg(json_is_number(at), "no number %s", key);
    return (json_int_t)json_number_value(at);
}

static inline bool has_line(const char *file, const char *line)
{
    char wanted[512];
    snprintf(wanted, sizeof wanted, "\n%s\n", line);
    return strstr(read_file(path_of(file)), wanted) != NULL;
}

#define CHECK_LINE(file, line) \
    ck_assert_msg(has_line(file, line), "%s lacks %s:\n%s", file, line, read_file(path_of(file)))

static const char contacts[] = "contact_id,segment,inactive,email,consents,age\n"
                               "C1,at_risk,yes,Ann@Example.org,profiling|advertising,31\n"
                               "C2,at_risk,yes,b.o.b+x@gmail.com,profiling|advertising:meta,32\n"
                               "C3,to_delete,yes,cy@example.org,profiling|advertising,33\n"
                               "C4,to_delete,yes,dan@example.org,profiling,34\n"
                               "C5,active,no,eve@example.org,profiling|advertising,35\n"
                               "C6,to_delete,yes,shared@example.org,profiling|advertising,36\n"
                               "C7,to_delete,yes,shared@example.org,profiling|advertising,37\n"
                               "C8,to_delete,yes,hal@example.org,advertising,38\n";

/* identities.csv with the SHA-256 of these e-mails in place of %s. */
static inline void write_identities(const char *text, const char *first, const char *second, const char *third)
{
    char hashes[3][65] = {"", "", ""};
    char rows[4096];
    ck_assert(lka_sha256_hex(lka_span_of(first), hashes[0]));
    ck_assert(lka_sha256_hex(lka_span_of(second), hashes[1]));
    ck_assert(lka_sha256_hex(lka_span_of(third), hashes[2]));
    char *at = rows + snprintf(rows, sizeof rows, "contact_id,email_sha256,id_type,platform,id,last_seen,consent\n");
    for (size_t hash = 0; *text; text++) {
        *at = '\0';
        if (*text == '%') {
            at = stpcpy(at, hashes[hash++]);
        } else {
            *at++ = *text;
        }
    }
    *at = '\0';
    write_file("identities.csv", rows);
}

static inline void write_usual(void)
{
    write_file("contacts.csv", contacts);
    write_identities(",%,cookie,google,k1,2025-05-01,yes\n"
                     "C1,,maid,google,M1,2023-01-01,yes\n"
                     ",%,cookie,google,k2,2025-05-01,yes\n"
                     "C2,,platform,meta,p2,2025-05-01,yes\n"
                     "C3,,cookie,google,k3,2025-05-01,no\n"
                     "C4,,platform,meta,p4,2025-05-01,yes\n"
                     "C5,,cookie,google,k5,2025-05-01,yes\n"
                     ",%,cookie,google,k6,2025-05-01,yes\n"
                     "C8,,cookie,google,k8,2025-05-01,yes\n"
                     "C8,,cookie,google,k9,2025-05-01,yes\n"
                     "C3,,cookie,google,k9,2025-05-01,yes\n"
                     "C9,,cookie,google,k10,2025-05-01,yes\n"
                     "C1,,cookie,google,k1,2025-05-01,yes\n",
                     "ann@example.org", "bob@gmail.com", "shared@example.org");
}

#endif
