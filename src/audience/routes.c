/* Who goes on which path: an ad with a form, a sponsored post, a banner. Drawn at random among those that can reach the
 * person, so that the paths' results can be told apart. */
#include "audience/stage.h"

#include "base/error.h"

#include <stdio.h>

/* Which cells a path's identifiers stand in. */
void lka_audience_routes_bind(struct lka_audience *audience)
{
    static const enum lka_identity_type of_role[][2] = {
        [LKA_ROLE_EMAIL] = {LKA_IDENTITY_EMAIL, LKA_IDENTITY_PLATFORM},
        [LKA_ROLE_PHONE] = {LKA_IDENTITY_PHONE, LKA_IDENTITY_PLATFORM},
        [LKA_ROLE_MAID] = {LKA_IDENTITY_MAID, LKA_IDENTITY_MAID},
        [LKA_ROLE_COOKIE] = {LKA_IDENTITY_COOKIE, LKA_IDENTITY_COOKIE},
    };
    const struct lka_schema *schema = &audience->table.schema;
    for (size_t c = 0; c < schema->count; c++) {
        enum lka_role role = schema->columns[c].role;
        bool reaches = role == LKA_ROLE_EMAIL || role == LKA_ROLE_PHONE || role == LKA_ROLE_MAID ||
                       role == LKA_ROLE_COOKIE;
        for (int i = 0; reaches && i < 2; i++) {
            size_t *count = &audience->path_cell_counts[of_role[role][i]];
            if (*count < LKA_PERSON_COLUMNS && (i == 0 || of_role[role][1] != of_role[role][0])) {
                audience->path_cells[of_role[role][i]][(*count)++] = (size_t)audience->cell[c];
            }
        }
    }
}

uint64_t lka_audience_room(const struct lka_audience *audience, size_t path)
{
    uint64_t cap = audience->paths.items[path].cap;
    uint64_t people = audience->path_people[path + 1];
    return cap > people ? cap - people : 0;
}

/* Has the row an identifier by which the path reaches people? On a platform whose own ids a path takes, people are
 * found by what is uploaded: their e-mail, or their phone. */
static bool path_reaches(const struct lka_audience *audience, size_t path, size_t row)
{
    const struct lka_platform *platform = audience->eligibility.platform;
    const struct lka_path *wanted = &audience->paths.items[path];
    for (unsigned type = 0; type < LKA_IDENTITY_TYPES; type++) {
        bool takes = platform ? lka_path_takes(wanted, (enum lka_identity_type)type, lka_span_of(platform->name))
                              : (wanted->id_types >> type & 1) != 0;
        for (size_t i = 0; takes && i < audience->path_cell_counts[type]; i++) {
            if (lka_cell(&audience->rows, audience->path_cells[type][i], row).length > 0) {
                return true;
            }
        }
    }
    return false;
}

/* Paths with a cap are drawn in proportion to it, so that all fill at about the same rank; without caps evenly. */
static double weight_of(const struct lka_audience *audience, size_t path, size_t row)
{
    uint64_t cap = audience->paths.items[path].cap;
    if (lka_audience_room(audience, path) == 0 || !path_reaches(audience, path, row)) {
        return 0;
    }
    double most = audience->size < UINT64_MAX ? (double)audience->size : 1;
    return cap == UINT64_MAX ? most : (double)cap < most ? (double)cap : most;
}

static lka_status draw_path(struct lka_audience *audience, size_t row, struct lka_verdict *verdict,
                            struct lka_error *error)
{
    double total = 0;
    double drawn = 0;
    for (size_t i = 0; i < audience->paths.count; i++) {
        total += weight_of(audience, i, row);
    }
    LKA_TRY(lka_audience_draw(audience, "path", verdict->person, &drawn, error));
    drawn *= total;
    for (size_t i = 0; i < audience->paths.count && verdict->path == 0; i++) {
        double weight = weight_of(audience, i, row);
        if (drawn < weight) {
            verdict->path = (uint8_t)(i + 1);
            verdict->path_probability = weight / total;
        }
        drawn -= weight;
    }
    return LKA_OK;
}

/* The path of before, if there is one; it is not drawn again. */
static uint8_t path_named(struct lka_audience *audience, const char *name)
{
    for (size_t i = 1; i < audience->path_count; i++) {
        if (strcmp(audience->path_names[i], name) == 0) {
            return (uint8_t)i;
        }
    }
    if (!name[0] || audience->path_count == LKA_PATH_NAMES) {
        return 0;
    }
    snprintf(audience->path_names[audience->path_count], sizeof *audience->path_names, "%s", name);
    return (uint8_t)audience->path_count++;
}

lka_status lka_audience_choose_path(struct lka_audience *audience, size_t row, const struct lka_entrant *before,
                                    bool known, struct lka_verdict *verdict, struct lka_error *error)
{
    verdict->path_probability = 1;
    if (known && before->path[0]) {
        verdict->path = path_named(audience, before->path);
        verdict->path_probability = before->path_probability;
    }
    return verdict->path == 0 && audience->paths.count > 0 ? draw_path(audience, row, verdict, error) : LKA_OK;
}

bool lka_audience_has_path(const struct lka_audience *audience, size_t row)
{
    for (size_t i = 0; i < audience->paths.count; i++) {
        if (path_reaches(audience, i, row)) {
            return true;
        }
    }
    return false;
}
