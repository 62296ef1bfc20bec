#include "project/facts.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* The value at "train.seeds.used"; NULL if there is none. A number counts in an array. */
static const json_t *value_at(const json_t *document, const char *path)
{
    while (document && *path) {
        char key[64];
        size_t length = strcspn(path, ".");
        snprintf(key, sizeof key, "%.*s", (int)length, path);
        document = json_is_array(document) ? json_array_get(document, strtoul(key, NULL, 10))
                                           : json_object_get(document, key);
        path += length + (path[length] == '.');
    }
    return document;
}

/* 5648 as "5,648". */
static void count_text(json_int_t count, char text[32])
{
    char digits[24];
    int length = snprintf(digits, sizeof digits, "%lld", (long long)count);
    size_t at = 0;
    for (int i = 0; i < length; i++) {
        if (i > 0 && (length - i) % 3 == 0 && digits[i - 1] != '-') {
            text[at++] = ',';
        }
        text[at++] = digits[i];
    }
    text[at] = '\0';
}

static const char *value_text(const json_t *value, char text[32])
{
    if (json_is_string(value)) {
        return json_string_value(value);
    }
    if (json_is_integer(value) && json_integer_value(value) != 0) {
        count_text(json_integer_value(value), text);
        return text;
    }
    if (json_is_real(value) && fabs(json_real_value(value)) >= 1000) {
        count_text((json_int_t)json_real_value(value), text);
        return text;
    }
    if (json_is_real(value)) {
        snprintf(text, 32, "%.3g", json_real_value(value));
        return text;
    }
    return NULL;
}

void lka_facts_tell(const struct lka_stage *stage, const json_t *document, struct lka_text *text)
{
    for (size_t i = 0; i < LKA_STAGE_FACTS && stage->facts[i].path; i++) {
        char number[32];
        const struct lka_fact *fact = &stage->facts[i];
        const char *value = value_text(value_at(document, fact->path), number);
        const char *place = strstr(fact->text, "%s");
        if (value) {
            lka_text_format(text, "%s%.*s%.100s%s", text->length ? ", " : "", (int)(place - fact->text), fact->text,
                            value, place + 2);
        }
    }
}
