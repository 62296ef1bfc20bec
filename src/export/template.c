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

static uint32_t template_fields(const struct lka_rules *platform, const char *template)
{
    uint32_t fields = 0;
    struct lka_template_slot slot;
    while (template && lka_template_next(&template, &slot)) {
        size_t field = slot.name.length ? lka_template_field(platform, slot.name) : platform->field_count;
        fields |= field < platform->field_count ? (uint32_t)1 << field : 0;
    }
    return fields;
}

uint32_t lka_format_fields(const struct lka_rules *platform, const struct lka_platform_format *format)
{
    uint32_t fields = template_fields(platform, format->row);
    for (size_t p = 0; p < format->part_count; p++) {
        fields |= template_fields(platform, format->parts[p]);
    }
    for (size_t c = 0; c < format->column_count; c++) {
        fields |= format->columns[c].field == SIZE_MAX ? 0 : (uint32_t)1 << format->columns[c].field;
    }
    return fields;
}
