#include "eligibility/rules.h"

#include "base/data.h"
#include "base/error.h"
#include "base/small_file.h"
#include "eligibility/rules_read.h"

#include <stdio.h>

enum { FILE_MOST = 1 << 20 };

/* ---- where one comes from --------------------------------------------------------------------- */

static bool is_file_name(const char *name)
{
    size_t length = strlen(name);
    return length > 5 && (strcmp(name + length - 5, ".yaml") == 0);
}

static lka_status load_file(struct lka_rules *platform, const char *path, struct lka_error *error)
{
    struct lka_text text = {0};
    lka_status status = lka_small_file_read(path, "a platform's file", FILE_MOST, &text, error);
    if (status == LKA_OK) {
        status = lka_rules_read(platform, path, text.bytes ? text.bytes : "", text.length, error);
    }
    lka_text_release(&text);
    return status;
}

/* Other names stand in the file's first line, "# also: facebook, instagram", so that one file alone is parsed. */
static bool is_also(const struct lka_data_file *file, const char *name)
{
    static const char key[] = "# also: ";
    if (strncmp(file->text, key, sizeof key - 1) != 0) {
        return false;
    }
    for (const char *at = file->text + sizeof key - 1; *at && *at != '\n';) {
        size_t length = strcspn(at, ",\n");
        if (strlen(name) == length && strncmp(at, name, length) == 0) {
            return true;
        }
        at += length;
        at += strspn(at, ", ");
    }
    return false;
}

static lka_status unknown_platform(const char *flag, const char *name, struct lka_error *error)
{
    const char *names[64];
    struct lka_text allowed = {0};
    size_t count = 0;
    for (; count < lka_data_platform_count && count < 64; count++) {
        names[count] = lka_data_platforms[count].name;
        lka_text_format(&allowed, "%s%s", count ? ", " : "", names[count]);
    }
    const char *nearest = lka_nearest(name, names, count);
    lka_status status = nearest
                            ? lka_fail(error, LKA_USAGE, "--%s: there is no platform \"%.40s\"; did you mean \"%s\"?",
                                       flag, name, nearest)
                            : lka_fail(error, LKA_USAGE,
                                       "--%s: there is no platform \"%.40s\"; allowed: %s, or a file NAME.yaml", flag,
                                       name, allowed.bytes ? allowed.bytes : "");
    lka_text_release(&allowed);
    return status;
}

static lka_status load(struct lka_rules *platform, const char *flag, const char *name, struct lka_error *error)
{
    if (is_file_name(name)) {
        return load_file(platform, name, error);
    }
    for (size_t i = 0; i < lka_data_platform_count; i++) {
        const struct lka_data_file *file = &lka_data_platforms[i];
        if (strcmp(file->name, name) == 0 || is_also(file, name)) {
            char path[128];
            snprintf(path, sizeof path, "data/platforms/%s.yaml", file->name);
            return lka_rules_read(platform, path, file->text, file->size, error);
        }
    }
    return unknown_platform(flag, name, error);
}

lka_status lka_rules_load(const char *flag, const char *name, struct lka_rules **platform, struct lka_error *error)
{
    *platform = NULL;
    struct lka_rules *made;
    LKA_TRY(LKA_NEW(made, 1, error));
    lka_status status = load(made, flag, name, error);
    if (status != LKA_OK) {
        lka_rules_free(made);
        return status;
    }
    *platform = made;
    return LKA_OK;
}

const char *lka_rules_known_as(const struct lka_rules *rules, const char *given)
{
    return is_file_name(given) ? rules->name : given;
}

void lka_rules_free(struct lka_rules *platform)
{
    if (platform) {
        lka_yaml_release(&platform->yaml);
        lka_free(platform);
    }
}

/* ---- finding its parts ------------------------------------------------------------------------ */

lka_status lka_rules_find_field(const struct lka_rules *platform, const char *name, size_t *field,
                                struct lka_error *error)
{
    struct lka_text allowed = {0};
    for (size_t f = 0; f < platform->field_count; f++) {
        if (strcmp(platform->fields[f].name, name) == 0) {
            *field = f;
            lka_text_release(&allowed);
            return LKA_OK;
        }
        lka_text_format(&allowed, "%s%s", f ? ", " : "", platform->fields[f].name);
    }
    lka_status status = lka_fail(error, LKA_USAGE, "%s has no field \"%.40s\"; allowed: %s", platform->name, name,
                                 allowed.bytes ? allowed.bytes : "");
    lka_text_release(&allowed);
    return status;
}

lka_status lka_rules_find_format(const struct lka_rules *platform, const char *name,
                                 const struct lka_platform_format **format, struct lka_error *error)
{
    struct lka_text allowed = {0};
    for (size_t f = 0; f < platform->format_count; f++) {
        if (!name || strcmp(platform->formats[f].name, name) == 0) {
            *format = &platform->formats[f];
            lka_text_release(&allowed);
            return LKA_OK;
        }
        lka_text_format(&allowed, "%s%s", f ? ", " : "", platform->formats[f].name);
    }
    lka_status status = lka_fail(error, LKA_USAGE, "--format: %s has no \"%.40s\"; allowed: %s", platform->name, name,
                                 allowed.bytes ? allowed.bytes : "");
    lka_text_release(&allowed);
    return status;
}

lka_status lka_rules_accept(const struct lka_rules *platform, bool accepted, struct lka_error *error)
{
    if (platform->verified || accepted) {
        return LKA_OK;
    }
    return lka_fail(error, LKA_USAGE,
                    "%s: its rules were not confirmed with the platform: %s; --unverified accepts them",
                    platform->title, platform->unverified ? platform->unverified : "all of them");
}

const char *lka_rules_normalise(const struct lka_platform_field *field, struct lka_span value, const char *country,
                                struct lka_normal *normal)
{
    normal->country = country;
    const char *reason = lka_normal_begin(normal, value);
    bool bare = normal->is_given && !(normal->kinds & (LKA_ASCII_SPACE | LKA_ASCII_UPPER));
    for (size_t s = 0; s < field->step_count && !reason && !normal->value.failed; s++) {
        const struct lka_platform_step *step = &field->steps[s];
        if (!bare || !step->rule->keeps_bare) {
            reason = lka_step_apply(step->rule, normal, step->argument);
            bare = false;
        }
    }
    return reason;
}
