#include "export/template.h"

static bool is_name(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
}

bool lka_template_next(const char **at, struct lka_template_slot *slot)
{
    const char *start = *at;
    *slot = (struct lka_template_slot){0};
    if (!*start) {
        return false;
    }
    const char *end = start + 1;
    if (*start == '{') {
        while (is_name(*end)) {
            end++;
        }
        uint32_t length = (uint32_t)(end - start - 1);
        char mark = *end == '*' || *end == '!' ? *end : '\0';
        if (length > 0 && end[mark != '\0'] == '}') {
            slot->name = (struct lka_span){start + 1, length};
            slot->mark = mark;
            *at = end + (mark != '\0') + 1;
            return true;
        }
        end = start + 1;
    }
    end += strcspn(end, "{");
    slot->text = (struct lka_span){start, (uint32_t)(end - start)};
    *at = end;
    return true;
}

size_t lka_template_field(const struct lka_rules *platform, struct lka_span name)
{
    size_t f = 0;
    while (f < platform->field_count && !lka_span_equal(name, lka_span_of(platform->fields[f].name))) {
        f++;
    }
    return f;
}
