/* What the parts of reading a world need: memory, texts, and the names that are taken already. */
#include "simulate/world_reader.h"

const char *const lka_identifier_names[LKA_IDENTIFIER_COUNT] = {
    "id", "email", "phone", "first_name", "last_name", "postcode", "country", "consents", "postal_prefix"};

void *lka_world_take(struct lka_world_reader *reader, size_t count, size_t size)
{
    size_t bytes = 0;
    void *memory = NULL;
    if (!__builtin_mul_overflow(count, size, &bytes)) {
        memory = lka_arena_take(&reader->world->memory, bytes ? bytes : 1);
    }
    if (!memory) {
        reader->short_of_memory = true;
        return NULL;
    }
    memset(memory, 0, bytes);
    return memory;
}

const char *lka_world_copy(struct lka_world_reader *reader, const char *text)
{
    char *copy = lka_world_take(reader, strlen(text) + 1, 1);
    return copy ? strcpy(copy, text) : NULL;
}

bool lka_world_slot(struct lka_world_reader *reader, const struct lka_yaml_node *node, const char *part,
                    const char *text, struct lka_slot *slot)
{
    struct lka_text field = {0};
    if (strlen(text) <= LKA_TEXT_MAX) {
        lka_text_csv_field(&field, lka_span_of(text), ',');
    }
    bool fits = field.length > 0 && field.length <= LKA_TEXT_MAX;
    if (field.failed) {
        reader->short_of_memory = true;
    } else if (!fits) {
        lka_complain(&reader->document.complaints, node,
                     "%s: a text of %zu bytes is not allowed; allowed: 1 to %d as CSV", part, strlen(text),
                     (int)LKA_TEXT_MAX);
    } else {
        memcpy(slot->text, field.bytes, field.length);
        slot->text[field.length] = ',';
        slot->length = (uint8_t)(field.length + 1);
    }
    lka_text_release(&field);
    return fits;
}
