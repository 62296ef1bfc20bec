/* A row's bytes. CSV and text by their columns; JSON by templates. */
#include "export/layout.h"

#include "export/template.h"

#include "base/error.h"

/* ---- templates ---------------------------------------------------------------------------------- */

static void append_escaped(struct lka_text *text, struct lka_span value)
{
    for (uint32_t i = 0; i < value.length; i++) {
        unsigned char c = (unsigned char)value.text[i];
        if (c == '"' || c == '\\') {
            lka_text_append(text, "\\", 1);
        }
        if (c < 0x20) {
            lka_text_format(text, "\\u%04x", c);
        } else {
            lka_text_append(text, &value.text[i], 1);
        }
    }
}

static void append_string(struct lka_text *text, struct lka_span value, bool bare)
{
    lka_text_append(text, "\"", bare ? 0 : 1);
    append_escaped(text, value);
    lka_text_append(text, "\"", bare ? 0 : 1);
}

struct filling {
    const struct lka_rules *platform;
    const struct lka_platform_format *format;
    const struct lka_person *person;
    size_t first; /* value */
    bool removes;
};

static void append_all_values(const struct filling *filling, size_t field, struct lka_text *text)
{
    for (size_t v = 0; v < filling->person->counts[field]; v++) {
        lka_text_append(text, ",", v ? 1 : 0);
        append_string(text, lka_person_value(filling->person, field, v), false);
    }
}

/* Is there a value for every field that the part speaks of? *all: it takes all values of its fields at once. */
static bool is_complete(const struct filling *filling, const char *part, size_t value, bool *all)
{
    struct lka_template_slot slot;
    *all = false;
    while (lka_template_next(&part, &slot)) {
        size_t field = lka_template_field(filling->platform, slot.name);
        if (slot.name.length > 0 && field < filling->platform->field_count) {
            *all = *all || slot.mark == '*';
            size_t wanted = slot.mark == '*' ? 0 : value;
            if (lka_person_value(filling->person, field, wanted).length == 0) {
                return false;
            }
        }
    }
    return true;
}

static void fill(const struct filling *filling, const char *template, size_t value, struct lka_text *text);

static void append_parts(const struct filling *filling, struct lka_text *text)
{
    bool some = false;
    for (size_t p = 0; p < filling->format->part_count; p++) {
        bool all = false;
        for (size_t v = filling->first; v < LKA_PLATFORM_VALUES && !all; v++) {
            if (is_complete(filling, filling->format->parts[p], v, &all)) {
                lka_text_append(text, ",", some ? 1 : 0);
                fill(filling, filling->format->parts[p], v, text);
                some = true;
            }
        }
    }
}

static void fill(const struct filling *filling, const char *template, size_t value, struct lka_text *text)
{
    struct lka_template_slot slot;
    while (lka_template_next(&template, &slot)) {
        size_t field = slot.name.length ? lka_template_field(filling->platform, slot.name) : 0;
        if (slot.name.length == 0) {
            lka_text_append(text, slot.text.text, slot.text.length);
        } else if (lka_span_equal(slot.name, LKA_SPAN("parts"))) {
            append_parts(filling, text);
        } else if (lka_span_equal(slot.name, LKA_SPAN("signals"))) {
            lka_text_string(text, filling->person->signals && !filling->removes ? filling->format->signals_word : "");
        } else if (lka_span_equal(slot.name, LKA_SPAN("action"))) {
            lka_text_string(text, filling->removes ? filling->format->remove_word : filling->format->add_word);
        } else if (field < filling->platform->field_count && slot.mark == '*') {
            append_all_values(filling, field, text);
        } else if (field < filling->platform->field_count) {
            append_string(text, lka_person_value(filling->person, field, value), slot.mark == '!');
        }
    }
}

/* ---- rows --------------------------------------------------------------------------------------- */

static void append_quoted(struct lka_text *text, struct lka_span value)
{
    lka_text_append(text, "\"", 1);
    for (uint32_t i = 0; i < value.length; i++) {
        lka_text_append(text, "\"", value.text[i] == '"' ? 1 : 0);
        lka_text_append(text, &value.text[i], 1);
    }
    lka_text_append(text, "\"", 1);
}

static const struct lka_person_cell *column_cell(const struct lka_platform_format *format,
                                                 const struct lka_person *person, size_t first, size_t column)
{
    size_t field = format->columns[column].field;
    return field == SIZE_MAX ? NULL : lka_person_cell(person, field, first + format->columns[column].value);
}

static struct lka_span cell_value(const struct lka_person *person, const struct lka_person_cell *cell)
{
    return cell ? (struct lka_span){person->bytes.bytes + cell->first, cell->length} : (struct lka_span){"", 0};
}

static void append_quoted_columns(const struct lka_platform_format *format, const struct lka_person *person,
                                  size_t first, struct lka_text *row)
{
    for (size_t c = 0; c < format->column_count; c++) {
        lka_text_append(row, ",", c ? 1 : 0);
        append_quoted(row, cell_value(person, column_cell(format, person, first, c)));
    }
}

enum { HEX_DIGITS = 64 }; /* of a SHA-256, as nearly all platforms want it */

/* So many commas; more are written than count, which is done at once. */
static void append_commas(struct lka_text *row, size_t count)
{
    static const char commas[LKA_PLATFORM_COLUMNS + 1] = ",,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,";
    if (!row->failed &&
        (row->capacity - row->length > LKA_PLATFORM_COLUMNS || lka_text_room(row, LKA_PLATFORM_COLUMNS))) {
        memcpy(row->bytes + row->length, commas, LKA_PLATFORM_COLUMNS);
        row->length += count;
        row->bytes[row->length] = '\0';
    }
}

/* Most fields of most rows are empty: only the columns of those that are there are looked at, and between them stand commas. */
static void append_columns(const struct lka_platform_format *format, const struct lka_person *person, size_t first,
                           struct lka_text *row)
{
    uint32_t columns = 0;
    size_t written = 0; /* commas */
    for (uint32_t fields = person->there; fields; fields &= fields - 1) {
        columns |= format->columns_of[__builtin_ctz(fields)];
    }
    for (; columns; columns &= columns - 1) {
        size_t column = (size_t)__builtin_ctz(columns);
        const struct lka_person_cell *cell = column_cell(format, person, first, column);
        if (cell) {
            append_commas(row, column - written);
            if (cell->hashed && cell->length == HEX_DIGITS) {
                lka_text_append(row, person->bytes.bytes + cell->first,
                                HEX_DIGITS); /* a length that is known is no call */
            } else {
                lka_text_csv_field(row, cell_value(person, cell), ',');
            }
            written = column;
        }
    }
    append_commas(row, format->column_count > 0 ? format->column_count - 1 - written : 0);
}

/* The only field of a format with a row for each value; SIZE_MAX if it has none. */
static size_t only_field(const struct lka_rules *platform, const struct lka_platform_format *format)
{
    uint32_t fields = lka_format_fields(platform, format);
    for (size_t f = 0; f < platform->field_count; f++) {
        if (fields >> f & 1) {
            return f;
        }
    }
    return SIZE_MAX;
}

void lka_layout_row(const struct lka_rules *platform, const struct lka_platform_format *format,
                    const struct lka_person *person, size_t first, bool removes, struct lka_text *row)
{
    if (format->each_value) {
        size_t field = only_field(platform, format);
        if (field == SIZE_MAX || lka_person_value(person, field, first).length == 0) {
            return;
        }
    }
    if (format->kind == LKA_FORMAT_JSON) {
        struct filling filling = {platform, format, person, first, removes};
        fill(&filling, format->row, first, row);
    } else if (format->quote_all) {
        append_quoted_columns(format, person, first, row);
    } else {
        append_columns(format, person, first, row);
    }
}

/* ---- the rest of a file --------------------------------------------------------------------------- */

static void fill_state(const struct lka_platform_format *format, const char *template,
                       const struct lka_file_state *state, struct lka_text *text)
{
    struct lka_template_slot slot;
    while (lka_template_next(&template, &slot)) {
        if (slot.name.length == 0) {
            lka_text_append(text, slot.text.text, slot.text.length);
        } else if (lka_span_equal(slot.name, LKA_SPAN("action"))) {
            lka_text_string(text, state->removes ? format->remove_word : format->add_word);
        } else if (lka_span_equal(slot.name, LKA_SPAN("last"))) {
            lka_text_string(text, state->last ? "true" : "false");
        } else {
            uint64_t number = lka_span_equal(slot.name, LKA_SPAN("session"))    ? state->session
                              : lka_span_equal(slot.name, LKA_SPAN("sequence")) ? state->sequence
                                                                                : state->total;
            lka_text_format(text, "%llu", (unsigned long long)number);
        }
    }
}

void lka_layout_head(const struct lka_platform_format *format, const struct lka_file_state *state,
                     struct lka_text *text)
{
    if (format->kind == LKA_FORMAT_JSON) {
        fill_state(format, format->head, state, text);
        return;
    }
    for (size_t c = 0; c < format->column_count && format->header; c++) {
        lka_text_append(text, ",", c ? 1 : 0);
        if (format->quote_all) {
            append_quoted(text, lka_span_of(format->columns[c].name));
        } else {
            lka_text_csv_field(text, lka_span_of(format->columns[c].name), ',');
        }
    }
    lka_text_string(text, format->header ? "\n" : "");
}

void lka_layout_tail(const struct lka_platform_format *format, const struct lka_file_state *state,
                     struct lka_text *text)
{
    if (format->kind == LKA_FORMAT_JSON) {
        fill_state(format, format->tail, state, text);
        lka_text_string(text, "\n");
    }
}

bool lka_layout_needs_total(const struct lka_platform_format *format)
{
    const char *templates[] = {format->head, format->tail};
    for (size_t t = 0; t < 2; t++) {
        struct lka_template_slot slot;
        const char *at = templates[t] ? templates[t] : "";
        while (lka_template_next(&at, &slot)) {
            if (lka_span_equal(slot.name, LKA_SPAN("total")) || lka_span_equal(slot.name, LKA_SPAN("last"))) {
                return true;
            }
        }
    }
    return false;
}

/* ---- what templates speak of ------------------------------------------------------------------------ */

static lka_status check_template(const struct lka_rules *platform, const struct lka_platform_format *format,
                                 const char *template, bool of_row, struct lka_error *error)
{
    static const char *const of_files[] = {"session", "sequence", "last", "total", "action"};
    struct lka_template_slot slot;
    while (template && lka_template_next(&template, &slot)) {
        bool known = slot.name.length == 0 ||
                     (of_row && lka_template_field(platform, slot.name) < platform->field_count) ||
                     (of_row &&
                      (lka_span_equal(slot.name, LKA_SPAN("parts")) || lka_span_equal(slot.name, LKA_SPAN("signals"))));
        for (size_t i = of_row ? 4 : 0; i < 5 && !known; i++) {
            known = lka_span_equal(slot.name, lka_span_of(of_files[i]));
        }
        if (!known) {
            return lka_fail(
                error, LKA_USAGE,
                "%s, format %s: {%.*s} is no field and nothing that a file has; allowed in a row: "
                "a field, {parts}, {signals}, {action}; around it: {session}, {sequence}, {last}, {total}, {action}",
                platform->name, format->name, (int)slot.name.length, slot.name.text);
        }
    }
    return LKA_OK;
}

/* Whether a file is the last one is known when its rows are written, where files have a limit of bytes. */
static lka_status check_head(const struct lka_rules *platform, const struct lka_platform_format *format,
                             struct lka_error *error)
{
    struct lka_template_slot slot;
    const char *at = format->head ? format->head : "";
    while (lka_template_next(&at, &slot)) {
        if (lka_span_equal(slot.name, LKA_SPAN("last"))) {
            return lka_fail(error, LKA_USAGE, "%s, format %s: {last} stands in the head; allowed: in the tail alone",
                            platform->name, format->name);
        }
    }
    return LKA_OK;
}

lka_status lka_layout_check(const struct lka_rules *platform, struct lka_error *error)
{
    for (size_t f = 0; f < platform->format_count; f++) {
        const struct lka_platform_format *format = &platform->formats[f];
        LKA_TRY(check_head(platform, format, error));
        LKA_TRY(check_template(platform, format, format->head, false, error));
        LKA_TRY(check_template(platform, format, format->tail, false, error));
        LKA_TRY(check_template(platform, format, format->row, true, error));
        for (size_t p = 0; p < format->part_count; p++) {
            LKA_TRY(check_template(platform, format, format->parts[p], true, error));
        }
    }
    return LKA_OK;
}
