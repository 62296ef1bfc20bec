/* tests/unit/export_by_hand.h: small audiences, exported. */
#ifndef LKA_TESTS_EXPORT_BY_HAND_H
#define LKA_TESTS_EXPORT_BY_HAND_H

#include <jansson.h>
#include "base/error.h"
#include "base/memory.h"
#include "files_by_hand.h"
#include "lookalike/export.h"

static struct lka_error error;
static char *summary;

static inline void set_up(void)
{
    make_folder();
    error = (struct lka_error){0};
    summary = NULL;
}

static inline void tear_down(void)
{
    lka_free(summary);
    remove_folder();
}

/* Options "key=value", ended by NULL. */
static inline lka_status export_with(const char *const *settings)
{
    struct lka_options *options;
    ck_assert_int_eq(lka_options_new(&lka_export_params, &options, NULL), LKA_OK);
    for (size_t i = 0; settings[i]; i++) {
        char key[32] = "";
        const char *equals = strchr(settings[i], '=');
        memcpy(key, settings[i], (size_t)(equals - settings[i]));
        lka_status status = lka_options_set(options, key, equals + 1, &error);
        ck_assert_msg(status == LKA_OK, "%s", error.message);
    }
    lka_free(summary);
    lka_status status = lka_export(options, NULL, &summary, &error);
    ck_assert_int_eq(summary != NULL, status == LKA_OK);
    lka_options_free(options);
    return status;
}

#define EXPORT(...) export_with((const char *const[]){__VA_ARGS__, NULL})
#define MUST_EXPORT(...) \
    ck_assert_msg(EXPORT(__VA_ARGS__) == LKA_OK, "%s:%d: %s", error.file, (int)error.line, error.message)

static inline const char *setting(const char *key, const char *path)
{
    static char buffers[8][300];
    static unsigned next;
    char *buffer = buffers[next++ % 8];
    snprintf(buffer, sizeof buffers[0], "%s=%s", key, path);
    return buffer;
}

/* audience/audience.csv: a header, `rows`, and as many people more as a platform wants; `rest`: what stands behind the e-mail
 * of those. */
static inline const char *write_people(const char *name, const char *header, const char *rows, size_t more,
                                       const char *rest)
{
    struct lka_text text = {0};
    mkdir(path_of(name), 0700);
    lka_text_format(&text, "rank,prospect_id,%s\n%s", header, rows);
    for (size_t i = 0; i < more; i++) {
        lka_text_format(&text, "%zu,more%zu,more%zu@example.com%s\n", i + 100, i, i, rest);
    }
    char file[128];
    snprintf(file, sizeof file, "%s/audience.csv", name);
    write_file(file, text.bytes);
    lka_text_release(&text);
    return path_of(name);
}

static inline const char *write_audience(const char *name, const char *header, const char *rows, size_t more)
{
    char rest[32] = "";
    for (const char *c = header; *c; c++) {
        if (*c == ',') {
            rest[strlen(rest)] = ',';
        }
    }
    return write_people(name, header, rows, more, rest);
}

/* Does the file below the output have the text? */
static inline bool holds(const char *file, const char *text)
{
    char name[128];
    snprintf(name, sizeof name, "out/%.100s", file);
    return strstr(read_file(path_of(name)), text) != NULL;
}

#endif
