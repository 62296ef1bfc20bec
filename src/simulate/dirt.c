#include "simulate/dirt.h"

#include "base/random.h"
#include "simulate/row.h"

const char *const lka_dirt_names[LKA_DIRT_KINDS] = {"bad_utf8",        "ragged_row",       "unclosed_quote",
                                                    "impossible_date", "number_with_unit", "duplicate_id"};

/* How far back the row is looked for whose id is repeated. */
enum { REACH = 64 };

/* The kind, before it is known whether there is an id to repeat. */
static enum lka_dirt wanted(const struct lka_dirt_plan *plan, uint64_t index)
{
    struct lka_random random = lka_random_start(plan->key, index);
    if (lka_random_uniform(&random) >= plan->rate) {
        return LKA_DIRT_NONE;
    }
    return (enum lka_dirt)lka_random_below(&random, LKA_DIRT_KINDS);
}

/* The nearest clean row above: its id is surely in use once. `index` itself if there is none. */
static uint64_t clean_row_above(const struct lka_dirt_plan *plan, uint64_t index)
{
    for (uint64_t back = 1; back <= REACH && back <= index; back++) {
        if (wanted(plan, index - back) == LKA_DIRT_NONE) {
            return index - back;
        }
    }
    return index;
}

enum lka_dirt lka_dirt_of(const struct lka_dirt_plan *plan, uint64_t index)
{
    enum lka_dirt kind = plan->rate > 0 ? wanted(plan, index) : LKA_DIRT_NONE;
    if (kind == LKA_DIRT_DUPLICATE_ID && clean_row_above(plan, index) == index) {
        return LKA_DIRT_BAD_UTF8;
    }
    return kind;
}

/* ---- changing one field ----------------------------------------------------------------------- */

/* Where the field begins that has `before` others before it. */
static char *find_field(char *start, size_t before)
{
    bool quoted = false;
    for (; before > 0; start++) {
        quoted ^= *start == '"';
        before -= !quoted && *start == ',';
    }
    return start;
}

static char *find_field_end(char *field)
{
    bool quoted = false;
    while (quoted || (*field != ',' && *field != '\n')) {
        quoted ^= *field == '"';
        field++;
    }
    return field;
}

/* Puts `text` in the place of from..to, moves the rest, and returns the new end. */
static char *replace(char *from, char *to, const char *text, char *end)
{
    size_t length = strlen(text);
    memmove(from + length, to, (size_t)(end - to));
    memcpy(from, text, length);
    return end - (to - from) + length;
}

/* One of the columns of that kind, or -1 if the world has none. */
static ptrdiff_t pick_column(const struct lka_world *world, enum lka_kind kind, struct lka_random *random)
{
    size_t columns[LKA_ATTRIBUTES_MAX];
    size_t count = 0;
    for (size_t a = 0; a < world->attribute_count; a++) {
        if (world->attributes[a].kind == kind) {
            columns[count++] = LKA_IDENTIFIER_COUNT + a;
        }
    }
    return count ? (ptrdiff_t)columns[lka_random_below(random, count)] : -1;
}

static char *number_with_unit(char *field, struct lka_random *random, char *end)
{
    static const char *const units[] = {" km", " EUR", "%", " ans", "x"};
    char *stop = find_field_end(field);
    if (field == stop) {
        end = replace(field, stop, "12", end);
        stop = field + 2;
    }
    return replace(stop, stop, units[lka_random_below(random, 5)], end);
}

static char *ragged(char *start, struct lka_random *random, char *end)
{
    char *last = end - 1;
    if (lka_random_below(random, 2) == 0) {
        return replace(last, last, ",extra", end);
    }
    /* One field less: the last two run together. */
    char *comma = start;
    for (char *field = start; field < last; field = find_field_end(field) + 1) {
        comma = field > start ? field - 1 : comma;
    }
    return replace(comma, comma + 1, "", end);
}

char *lka_dirt_spoil(const struct lka_dirt_fields *fields, struct lka_random *random, enum lka_dirt kind, char *start,
                     char *end)
{
    static const char *const dates[] = {"2023-02-30", "2024-13-01", "0000-00-00", "2025-06-31"};
    char *field = NULL;
    switch (kind) {
    case LKA_DIRT_BAD_UTF8:
        field = find_field(start, fields->text);
        return replace(field, find_field_end(field), "caf\xE9", end); /* Latin-1 */
    case LKA_DIRT_RAGGED_ROW:
        return ragged(start, random, end);
    case LKA_DIRT_UNCLOSED_QUOTE:
        field = find_field(start, fields->text);
        return replace(field, find_field_end(field), "\"unclosed", end);
    case LKA_DIRT_IMPOSSIBLE_DATE:
        field = find_field(start, fields->date);
        return replace(field, find_field_end(field), dates[lka_random_below(random, 4)], end);
    case LKA_DIRT_NUMBER_WITH_UNIT:
        return number_with_unit(find_field(start, fields->number), random, end);
    case LKA_DIRT_DUPLICATE_ID:
    case LKA_DIRT_NONE:
        break;
    }
    return end;
}

struct lka_random lka_dirt_stream(const struct lka_dirt_plan *plan, uint64_t index)
{
    struct lka_random random = lka_random_start(plan->key, index);
    (void)lka_random_next(&random); /* the draws that chose the kind */
    (void)lka_random_next(&random);
    return random;
}

char *lka_dirt_apply(const struct lka_world *world, const struct lka_dirt_plan *plan, enum lka_population population,
                     uint64_t index, enum lka_dirt kind, char *start, char *end)
{
    struct lka_random random = lka_dirt_stream(plan, index);
    struct lka_dirt_fields fields;
    fields.text = (size_t)pick_column(world, LKA_KIND_CATEGORY, &random);
    fields.number = (size_t)pick_column(world, LKA_KIND_NUMBER, &random);
    fields.date = (size_t)pick_column(world, LKA_KIND_DATE, &random);
    if (kind == LKA_DIRT_DUPLICATE_ID) {
        lka_row_write_id(population, clean_row_above(plan, index), start);
    }
    return lka_dirt_spoil(&fields, &random, kind, start, end);
}
