/* tests/unit/audience_by_hand.h: rankings written by hand, and the audiences that come of them. */
#ifndef LKA_TESTS_AUDIENCE_BY_HAND_H
#define LKA_TESTS_AUDIENCE_BY_HAND_H

#include "base/parameters.h"
#include "lookalike/audience.h"
#include "suppression_by_hand.h"

#include <jansson.h>

static json_t *document; /* of the last run; NULL after a failure */

/* "ranked.csv" of this text, made into `out` of the folder with the further settings "key=value", ended by NULL. */
static inline lka_status make_audience(const char *ranked, const char *out, const char *const *settings)
{
    struct lka_options *options = options_of(&lka_audience_params, settings);
    char *summary = NULL;
    must(lka_options_set(options, "ranked", write_file("ranked.csv", ranked), NULL));
    must(lka_options_set(options, "out", path_of(out), NULL));
    json_decref(document);
    document = NULL;
    lka_status status = lka_audience(options, NULL, &summary, &error);
    if (status == LKA_OK) {
        document = json_loads(summary, 0, NULL);
    }
    lka_free(summary);
    lka_options_free(options);
    return status;
}

static inline void must_make(const char *ranked, const char *out, const char *const *settings)
{
    lka_status status = make_audience(ranked, out, settings);
    ck_assert_msg(status == LKA_OK, "%s: %s", error.file, error.message);
}

static inline void expect_failure(lka_status wanted, const char *words, const char *ranked, const char *const *settings)
{
    ck_assert_int_eq(make_audience(ranked, "refused", settings), wanted);
    ck_assert_msg(strstr(error.message, words), "\"%s\" is not in: %s", words, error.message);
    ck_assert(!exists(path_of("refused")));
}

/* A field of a row of a table of the folder ("audience/ledger.csv"), rows counted from 0 behind the header; fields hold no
 * comma. NULL at the end. */
static inline const char *field_of(const char *name, size_t row, const char *column)
{
    static char fields[4][128];
    static unsigned next;
    const char *text = read_file(path_of(name));
    size_t at = 0;
    size_t length = strlen(column);
    while (strncmp(text, column, length) != 0 || !strchr(",\n", text[length])) {
        at++;
        text += strcspn(text, ",\n");
        ck_assert_msg(*text == ',', "no column %s in %s", column, name);
        text++;
    }
    for (size_t i = 0; i <= row; i++) {
        text = strchr(text, '\n');
        if (!text || !text[1]) {
            return NULL;
        }
        text++;
    }
    for (; at > 0; at--) {
        text += strcspn(text, ",\n") + 1;
    }
    char *field = fields[next++ % 4];
    snprintf(field, sizeof fields[0], "%.*s", (int)strcspn(text, ",\n"), text);
    return field;
}

static inline void expect_field(const char *name, size_t row, const char *column, const char *wanted)
{
    const char *got = field_of(name, row, column);
    ck_assert_msg(got != NULL, "%s has no row %zu", name, row);
    ck_assert_str_eq(got, wanted);
}

#endif
