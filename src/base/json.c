#include "base/json.h"

#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"

static int append(const char *bytes, size_t length, void *text)
{
    lka_text_append(text, bytes, length);
    return 0;
}

lka_status lka_json_text(const json_t *value, size_t flags, char **text, struct lka_error *error)
{
    *text = NULL;
    struct lka_text made = {0};
    /* The text remembers its first failure, so that nothing which jansson overlooks is lost. */
    if (!value || json_dump_callback(value, append, &made, flags) != 0) {
        lka_text_release(&made);
        return lka_fail_memory(error, 4096);
    }
    return lka_text_take(&made, text, error);
}

json_t *lka_json_string(const char *text)
{
    if (lka_utf8_valid(lka_span_of(text))) {
        return json_string(text);
    }
    char *shown = lka_copy_string(text);
    for (char *c = shown; c && *c; c++) {
        *c = (unsigned char)*c < 0x80 ? *c : '?';
    }
    json_t *string = shown ? json_string(shown) : NULL;
    lka_free(shown);
    return string;
}
