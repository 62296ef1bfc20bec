#include "train/blended.h"

#include <string.h>

enum { FORESTS_TO_BLEND = 3 };

/* ---- which candidates ------------------------------------------------------------------------- */

bool lka_blended_may_be(const struct lka_candidate *candidate)
{
    return candidate->folds != NULL && (candidate->family->flags & LKA_FAMILY_LOG_ODDS);
}

/* Of a family, or of all where that is NULL, by held-out deviance; choice->count where there is none. */
static size_t best_of(const struct lka_choice *choice, const struct lka_model_family *family)
{
    size_t best = choice->count;
    for (size_t c = 0; c < choice->count; c++) {
        const struct lka_candidate *one = &choice->candidates[c];
        if (lka_blended_may_be(one) && (!family || one->family == family) &&
            (best == choice->count || one->mean.deviance < choice->candidates[best].mean.deviance)) {
            best = c;
        }
    }
    return best;
}

static bool is_among(size_t candidate, const size_t *winners, size_t families)
{
    for (size_t i = 0; i < families; i++) {
        if (winners[i] == candidate) {
            return true;
        }
    }
    return false;
}

static size_t find_parts(const struct lka_choice *choice, const size_t *winners, size_t families, size_t folds,
                         size_t *parts)
{
    size_t best = best_of(choice, NULL);
    size_t count = 0;
    for (size_t c = 0; c < choice->count; c++) {
        struct lka_candidate one = choice->candidates[c];
        if (!lka_blended_may_be(&one) || (one.family->average && !is_among(c, winners, families)) ||
            c > best_of(choice, one.family)) {
            continue;
        }
        lka_candidate_fall_behind(&one, &choice->candidates[best], lka_candidate_worth, choice->runs, folds);
        if (one.behind <= one.standard_error) {
            parts[count++] = c;
        }
    }
    return count;
}

/* How often each part that varies is grown. */
static size_t times_of(const struct lka_choice *choice, const size_t *parts, size_t count)
{
    size_t varying = 0;
    for (size_t i = 0; i < count; i++) {
        varying += !choice->candidates[parts[i]].family->average;
    }
    return varying == 0 ? 1 : (FORESTS_TO_BLEND + varying - 1) / varying;
}

/* ---- what is not installed -------------------------------------------------------------------- */

static bool is_named(const char *of, const char *family)
{
    size_t length = strlen(family);
    while (*of) {
        size_t named = strcspn(of, ":;");
        if (named == length && strncmp(of, family, length) == 0) {
            return true;
        }
        of += strcspn(of, ";");
        of += *of == ';';
    }
    return false;
}

void lka_blended_warn(const char *of, const struct lka_session *session)
{
    for (size_t i = 0; i < lka_family_count; i++) {
        const struct lka_model_family *family = lka_families[i];
        if (family->available && !family->available() && is_named(of, family->name)) {
            lka_warn(session,
                     "the blend is without the family %s: what trains it is not installed, see lookalike doctor",
                     family->name);
        }
    }
}

/* ---- in words --------------------------------------------------------------------------------- */

/* "forest:depth=3,trees=80,l2=1": a setting, then what the user set. */
static void describe(const char *family, const char *setting, const struct lka_list *set, struct lka_text *of)
{
    size_t length = strlen(family);
    char before = ':';
    lka_text_format(of, "%s%s", of->length > 0 ? ";" : "", family);
    if (setting[0]) {
        lka_text_format(of, "%c%s", before, setting);
        before = ',';
    }
    for (size_t i = 0; i < set->count; i++) {
        if (strncmp(set->items[i], family, length) == 0 && set->items[i][length] == '.') {
            lka_text_format(of, "%c%s", before, set->items[i] + length + 1);
            before = ',';
        }
    }
}

lka_status lka_blended_choose(const struct lka_choice *choice, const size_t *winners, size_t families, size_t folds,
                              const struct lka_list *set, char **of, size_t *parts, struct lka_error *error)
{
    struct lka_text text = {0};
    size_t *found;
    LKA_TRY(LKA_NEW(found, choice->count + 1, error));
    size_t count = find_parts(choice, winners, families, folds, found);
    size_t times = times_of(choice, found, count);
    *parts = 0;
    for (size_t i = 0; i < count; i++) {
        const struct lka_candidate *candidate = &choice->candidates[found[i]];
        for (size_t n = 0; n < (candidate->family->average ? 1 : times); n++) {
            describe(candidate->family->name, candidate->setting, set, &text);
            ++*parts;
        }
    }
    lka_free(found);
    return lka_text_take(&text, of, error);
}

lka_status lka_blended_by_default(const struct lka_candidate *chosen, const struct lka_list *set, char **of,
                                  struct lka_error *error)
{
    static const char *const forests[] = {"depth=1,trees=80,rate=0.1", "depth=2,trees=150,rate=0.06"};
    struct lka_text text = {0};
    describe(chosen->family->name, chosen->setting, set, &text);
    for (size_t i = 0; i < sizeof forests / sizeof *forests; i++) {
        describe("forest", forests[i], set, &text);
    }
    return lka_text_take(&text, of, error);
}
