#include "models/blend/blend.h"

#include <stdio.h>

static lka_status refuse(const char *what, size_t length, const char *why, struct lka_error *error)
{
    return lka_fail(error, LKA_USAGE, "blend.of: \"%.*s\" %s; allowed: FAMILY or FAMILY:KEY=VALUE,..., separated by ;",
                    (int)(length < 80 ? length : 80), what, why);
}

static lka_status set(struct lka_part *part, const char *setting, size_t length, struct lka_error *error)
{
    char pair[160];
    snprintf(pair, sizeof pair, "%.*s", (int)length, setting);
    char *equals = strchr(pair, '=');
    if (!equals || length >= sizeof pair) {
        return refuse(setting, length, "is no setting", error);
    }
    *equals = '\0';
    return lka_options_set(part->options, pair, equals + 1, error);
}

/* Up to the comma before the next "key=": a value may have commas of its own. */
static size_t setting_length(const char *settings, size_t length)
{
    size_t end = strcspn(settings, ",;");
    while (end < length && settings[end] == ',') {
        size_t next = strcspn(settings + end + 1, ",;=");
        if (settings[end + 1 + next] == '=') {
            break;
        }
        end += 1 + next;
    }
    return end < length ? end : length;
}

static lka_status read_settings(struct lka_part *part, const char *settings, size_t length, struct lka_error *error)
{
    LKA_TRY(lka_options_new(part->family->params, &part->options, error));
    for (size_t at = 0; at < length;) {
        size_t one = setting_length(settings + at, length - at);
        LKA_TRY(set(part, settings + at, one, error));
        at += one + 1;
    }
    const char *key;
    const char *why = lka_family_idle(part->family, part->options, &key);
    return why ? lka_fail(error, LKA_USAGE, "blend.of: %s of %s would change nothing: %s", key, part->family->name, why)
               : LKA_OK;
}

static lka_status read_part(const char *item, size_t length, struct lka_blend *blend, struct lka_error *error)
{
    char name[32];
    size_t named = strcspn(item, ":;");
    named = named < length ? named : length;
    snprintf(name, sizeof name, "%.*s", (int)named, item);
    const struct lka_model_family *family = named < sizeof name ? lka_family_find(name) : NULL;
    if (!family || family == blend->base.family) {
        return refuse(item, named, "is no family to blend", error);
    }
    if (family->available && !family->available()) {
        return LKA_OK;
    }
    if (blend->count == LKA_PARTS_MOST) {
        return refuse(item, length, "is one family too many", error);
    }
    struct lka_part *part = &blend->parts[blend->count++];
    part->family = family;
    size_t settings = named < length ? named + 1 : length;
    return read_settings(part, item + settings, length - settings, error);
}

lka_status lka_parts_read(const char *of, struct lka_blend *blend, struct lka_error *error)
{
    for (const char *at = of; *at;) {
        size_t length = strcspn(at, ";");
        LKA_TRY(read_part(at, length, blend, error));
        at += length + (at[length] == ';');
    }
    return blend->count > 0 ? LKA_OK : refuse(of, strlen(of), "has no family that is installed", error);
}

/* A setting that makes scores something else changes what a score of 1 means. */
static bool tells_log_odds(const struct lka_part *part)
{
    const struct lka_model_family *family = part->family;
    return (family->flags & LKA_FAMILY_LOG_ODDS) &&
           (!family->log_odds || family->log_odds(lka_options_values(part->options), 1) == 1);
}

bool lka_parts_tell_log_odds(const struct lka_blend *blend)
{
    bool all = true;
    for (size_t p = 0; p < blend->count; p++) {
        all = all && tells_log_odds(&blend->parts[p]);
    }
    return all;
}
