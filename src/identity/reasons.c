#include "identity/reasons.h"

#include "base/text.h"

void lka_reasons_add(struct lka_reasons *reasons, const char *reason)
{
    size_t i = 0;
    while (i < reasons->count && strcmp(reasons->texts[i], reason) != 0) {
        i++;
    }
    reasons->all++;
    if (i == LKA_REASONS_MOST) {
        return;
    }
    reasons->texts[i] = reason;
    reasons->counts[i]++;
    reasons->count += i == reasons->count;
}

json_t *lka_reasons_json(const struct lka_reasons *reasons)
{
    json_t *object = json_object();
    for (size_t i = 0; i < reasons->count && object; i++) {
        if (json_object_set_new(object, reasons->texts[i], json_integer((json_int_t)reasons->counts[i])) != 0) {
            json_decref(object);
            return NULL;
        }
    }
    return object;
}

void lka_reasons_warn(const struct lka_reasons *reasons, const struct lka_session *session, const char *field)
{
    struct lka_text list = {0};
    for (size_t i = 0; i < reasons->count; i++) {
        lka_text_format(&list, "%s%s (%llu)", i ? ", " : "", reasons->texts[i], (unsigned long long)reasons->counts[i]);
    }
    if (reasons->all > 0) {
        lka_warn(session, "%llu value%s of %s cannot be used: %s", (unsigned long long)reasons->all,
                 reasons->all == 1 ? "" : "s", field, list.bytes ? list.bytes : "");
    }
    lka_text_release(&list);
}
