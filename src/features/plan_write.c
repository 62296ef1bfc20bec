/* A plan as YAML: one column after the other, what was learned of it beside it. */
#include "features/column.h"

#include "base/date.h"
#include "base/error.h"

enum { LINE_LENGTH = 110 };

static const char header[] =
    "# A feature plan: which columns become features, and how. Learned from seeds and pool together.\n"
    "# To edit: delete a column to leave it out; delete a value to count it among the rare ones; change centre, scale\n"
    "# or edges. Then train with --plan FILE. A column is added by learning again: its constants come from the data.\n"
    "#   number    standardised: (value - centre) / scale, cut at +-clip; and binned: bin i ends at edge i, inclusive\n"
    "#   date      its age in days at as_of, as a number; month; weekday\n"
    "#   category  one of the values, or \"rare or unseen\"\n"
    "#   list      for each of the items, whether it is there\n"
    "#   boolean   yes or no\n"
    "# missing: whether there were empty values, which then are a state of their own.\n";

/* ---- scalars ---------------------------------------------------------------------------------- */

/* A word that no YAML reader takes for anything but text. */
static bool is_plain(struct lka_span text)
{
    static const char *const reserved[] = {"null", "true", "false", "yes", "no", "on", "off", "y", "n"};
    for (uint32_t i = 0; i < text.length; i++) {
        char c = text.text[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
        bool inside = i > 0 && ((c >= '0' && c <= '9') || c == '-' || c == '.');
        if (!letter && !inside) {
            return false;
        }
    }
    for (size_t i = 0; i < sizeof reserved / sizeof *reserved; i++) {
        if (lka_span_equal_ignoring_case(text, lka_span_of(reserved[i]))) {
            return false;
        }
    }
    return text.length > 0;
}

/* Decodes one well-formed UTF-8 sequence. */
static uint32_t code_point(const char *at, uint32_t *length)
{
    const unsigned char *bytes = (const unsigned char *)at;
    *length = bytes[0] < 0x80 ? 1 : bytes[0] < 0xE0 ? 2 : bytes[0] < 0xF0 ? 3 : 4;
    uint32_t point = *length == 1 ? bytes[0] : bytes[0] & (0xFFU >> (*length + 1));
    for (uint32_t i = 1; i < *length; i++) {
        point = point << 6 | (bytes[i] & 0x3FU);
    }
    return point;
}

/* Characters that YAML forbids unescaped, or reads as the end of a line. */
static bool needs_escape(uint32_t point)
{
    return point < 0x20 || (point >= 0x7F && point <= 0x9F) || point == 0x2028 || point == 0x2029 || point == 0xFEFF ||
           point == 0xFFFE || point == 0xFFFF;
}

static void append_quoted(struct lka_text *yaml, struct lka_span text)
{
    bool valid = lka_utf8_valid(text);
    lka_text_append(yaml, "\"", 1);
    for (uint32_t i = 0; i < text.length;) {
        uint32_t length = 1;
        uint32_t point = valid ? code_point(text.text + i, &length) : (unsigned char)text.text[i];
        if (point == '"' || point == '\\') {
            lka_text_append(yaml, "\\", 1);
            lka_text_append(yaml, text.text + i, 1);
        } else if (!valid && point >= 0x80) {
            lka_text_append(yaml, "?", 1); /* only the name of a column that is left out can come here */
        } else if (needs_escape(point)) {
            lka_text_format(yaml, point <= 0xFF ? "\\x%02X" : "\\u%04X", (unsigned)point);
        } else {
            lka_text_append(yaml, text.text + i, length);
        }
        i += length;
    }
    lka_text_append(yaml, "\"", 1);
}

static void append_scalar(struct lka_text *yaml, struct lka_span text)
{
    if (is_plain(text)) {
        lka_text_append(yaml, text.text, text.length);
    } else {
        append_quoted(yaml, text);
    }
}

static void append_number(struct lka_text *yaml, const char *key, double number)
{
    lka_text_string(yaml, key);
    lka_text_number(yaml, number);
    lka_text_string(yaml, "\n");
}

/* ---- sequences -------------------------------------------------------------------------------- */

/* Comma, and a new line where the last one is long. */
static void append_gap(struct lka_text *yaml, size_t index, size_t *line)
{
    if (index == 0) {
        return;
    }
    lka_text_string(yaml, ",");
    if (yaml->length - *line >= LINE_LENGTH) {
        lka_text_string(yaml, "\n     ");
        *line = yaml->length - 5;
    }
    lka_text_string(yaml, " ");
}

static void append_edges(struct lka_text *yaml, const struct lka_plan_column *column)
{
    size_t line = yaml->length;
    lka_text_string(yaml, "    edges: [");
    for (size_t i = 0; i < column->edge_count; i++) {
        append_gap(yaml, i, &line);
        lka_text_number(yaml, column->edges[i]);
    }
    lka_text_string(yaml, "]\n");
}

static void append_words(struct lka_text *yaml, const char *key, const struct lka_vocabulary *words)
{
    size_t line = yaml->length;
    lka_text_string(yaml, key);
    for (size_t i = 0; i < words->count; i++) {
        append_gap(yaml, i, &line);
        append_scalar(yaml, words->words[i]);
    }
    lka_text_string(yaml, "]\n");
}

/* ---- the plan --------------------------------------------------------------------------------- */

static void append_column(struct lka_text *yaml, const struct lka_plan_column *column)
{
    lka_text_string(yaml, "  - name: ");
    append_scalar(yaml, lka_span_of(column->name));
    lka_text_format(yaml, "\n    type: %s\n    missing: %s\n", lka_type_name(column->type),
                    column->missing ? "true" : "false");
    switch (column->type) {
    case LKA_TYPE_NUMBER:
    case LKA_TYPE_DATE:
        append_number(yaml, "    centre: ", column->centre);
        append_number(yaml, "    scale: ", column->scale);
        append_edges(yaml, column);
        break;
    case LKA_TYPE_CATEGORY:
        append_words(yaml, "    values: [", &column->words);
        break;
    case LKA_TYPE_LIST:
        append_words(yaml, "    items: [", &column->words);
        break;
    default:
        break;
    }
}

static void append_left_out(struct lka_text *yaml, const struct lka_left_out *left_out)
{
    lka_text_string(yaml, "  - name: ");
    append_scalar(yaml, lka_span_of(left_out->name));
    lka_text_string(yaml, "\n    reason: ");
    append_quoted(yaml, lka_span_of(left_out->reason));
    lka_text_string(yaml, "\n");
}

lka_status lka_plan_write(const struct lka_plan *plan, struct lka_text *yaml, struct lka_error *error)
{
    size_t start = yaml->length;
    lka_text_string(yaml, header);
    lka_text_format(yaml, "lookalike_plan: %d\n", (int)LKA_PLAN_VERSION);
    if (plan->has_as_of) {
        char date[16];
        lka_format_date(plan->as_of, date);
        lka_text_format(yaml, "as_of: %s\n", date);
    }
    append_number(yaml, "clip: ", plan->clip);
    lka_text_string(yaml, "columns:\n");
    for (size_t i = 0; i < plan->column_count; i++) {
        append_column(yaml, &plan->columns[i]);
    }
    lka_text_string(yaml, plan->left_out_count ? "left_out:\n" : "left_out: []\n");
    for (size_t i = 0; i < plan->left_out_count; i++) {
        append_left_out(yaml, &plan->left_out[i]);
    }
    if (yaml->failed) {
        return lka_fail_memory(error, yaml->capacity);
    }
    if (yaml->length - start > LKA_LONGEST_PLAN) {
        return lka_fail(error, LKA_DATA,
                        "the plan has %zu bytes as YAML; at most %d are allowed: lower --max-categories",
                        yaml->length - start, (int)LKA_LONGEST_PLAN);
    }
    return LKA_OK;
}
