#include "score/record.h"

_Static_assert(sizeof(struct lka_record_head) == LKA_RECORD_HEAD, "the head has no padding");

size_t lka_record_size(const struct lka_span *fields, size_t count)
{
    size_t size = LKA_RECORD_HEAD + count * sizeof fields->length;
    for (size_t i = 0; i < count; i++) {
        size += fields[i].length;
    }
    return size;
}

void lka_record_put(char *record, uint64_t key, uint64_t tie, const struct lka_span *fields, size_t count)
{
    struct lka_record_head head = {key, tie, lka_record_size(fields, count)};
    memcpy(record, &head, sizeof head);
    char *length = record + sizeof head;
    char *bytes = length + count * sizeof fields->length;
    for (size_t i = 0; i < count; i++) {
        memcpy(length, &fields[i].length, sizeof fields->length);
        length += sizeof fields->length;
        if (fields[i].length > 0) {
            memcpy(bytes, fields[i].text, fields[i].length);
            bytes += fields[i].length;
        }
    }
}

void lka_record_fields(const char *record, struct lka_span *fields, size_t count)
{
    const char *length = record + LKA_RECORD_HEAD;
    const char *bytes = length + count * sizeof fields->length;
    for (size_t i = 0; i < count; i++) {
        memcpy(&fields[i].length, length, sizeof fields->length);
        length += sizeof fields->length;
        fields[i].text = bytes;
        bytes += fields[i].length;
    }
}

static struct lka_span field_at(const char *record, size_t field, const char **bytes)
{
    struct lka_span span = {*bytes, 0};
    memcpy(&span.length, record + LKA_RECORD_HEAD + field * sizeof span.length, sizeof span.length);
    *bytes += span.length;
    return span;
}

int lka_record_compare(const char *a, const char *b, size_t count)
{
    struct lka_record_head x = lka_record_head(a);
    struct lka_record_head y = lka_record_head(b);
    if (x.key != y.key) {
        return x.key < y.key ? -1 : 1;
    }
    if (x.tie != y.tie) {
        return x.tie < y.tie ? -1 : 1;
    }
    const char *a_bytes = a + LKA_RECORD_HEAD + count * sizeof(uint32_t);
    const char *b_bytes = b + LKA_RECORD_HEAD + count * sizeof(uint32_t);
    int order = 0;
    for (size_t i = 0; i < count && order == 0; i++) {
        order = lka_span_compare(field_at(a, i, &a_bytes), field_at(b, i, &b_bytes));
    }
    return order;
}
