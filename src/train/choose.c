#include "train/choose.h"

#include "base/clock.h"
#include "train/blended.h"
#include "train/settings.h"

#include <math.h>
#include <stdio.h>

/* Under so many seeds a choice between families is mostly noise: the default is taken, and only its penalty is chosen.
 * From the second number on it is a blend with forests whose settings are given; with fewer, trees learn chance. */
enum { SEEDS_TO_CHOOSE_FAMILIES = 200, SEEDS_TO_BLEND = 100 };

/* Under so many the AUC of settings differs by chance alone; deviance, which uses every score's size, goes on
 * telling. */
enum { SEEDS_TO_CHOOSE_BY_AUC = 100 };

/* ---- candidates ------------------------------------------------------------------------------- */

/* One "key=value[,key=value]", but for what the user set. */
static lka_status apply_setting(struct lka_options *options, const char *setting, struct lka_error *error)
{
    while (*setting) {
        size_t length = strcspn(setting, ",");
        char pair[96];
        snprintf(pair, sizeof pair, "%.*s", (int)length, setting);
        char *equals = strchr(pair, '=');
        *equals = '\0';
        LKA_TRY(lka_options_given(options, pair) ? LKA_OK : lka_options_set(options, pair, equals + 1, error));
        setting += length + (setting[length] == ',');
    }
    return LKA_OK;
}

static bool user_set_any(const struct lka_options *options, const char *setting)
{
    while (*setting) {
        char key[64];
        snprintf(key, sizeof key, "%.*s", (int)strcspn(setting, "="), setting);
        if (lka_options_given(options, key)) {
            return true;
        }
        setting += strcspn(setting, ",");
        setting += *setting == ',';
    }
    return false;
}

static lka_status add_candidate(struct lka_choice *choice, const struct lka_model_family *family,
                                const struct lka_list *set, const char *setting, struct lka_error *error)
{
    struct lka_candidate *grown = lka_resize(choice->candidates, choice->count + 1, sizeof *grown);
    if (!grown) {
        return lka_fail_memory(error, (choice->count + 1) * sizeof *grown);
    }
    choice->candidates = grown;
    struct lka_candidate *candidate = &grown[choice->count];
    *candidate = (struct lka_candidate){.family = family, .setting = setting};
    LKA_TRY(lka_options_new(family->params, &candidate->options, error));
    choice->count++;
    LKA_TRY(lka_settings_apply(set, family, candidate->options, error));
    if (*setting && user_set_any(candidate->options, family->search[0])) {
        candidate->setting = "";
        return LKA_OK;
    }
    return apply_setting(candidate->options, setting, error);
}

static bool is_told_by_chance(const struct lka_learning *learning, const struct lka_model_family *family)
{
    return !(family->flags & LKA_FAMILY_LOG_ODDS) && learning->seeds < SEEDS_TO_CHOOSE_BY_AUC;
}

/* A family's settings worth trying, or one candidate: where the user decided, or the simplest where only chance
 * would. */
static lka_status add_family(struct lka_choice *choice, const struct lka_learning *learning,
                             const struct lka_model_family *family, const struct lka_list *set, struct lka_error *error)
{
    if (!family->search) {
        return add_candidate(choice, family, set, "", error);
    }
    for (const char *const *setting = family->search; *setting; setting++) {
        LKA_TRY(add_candidate(choice, family, set, *setting, error));
        if (choice->candidates[choice->count - 1].setting[0] == '\0' || is_told_by_chance(learning, family)) {
            break;
        }
    }
    return LKA_OK;
}

static bool is_available(const struct lka_model_family *family, const struct lka_session *session)
{
    bool available = !family->available || family->available();
    if (!available) {
        lka_warn(session, "the family %s was not tried: what trains it is not installed, see lookalike doctor",
                 family->name);
    }
    return available;
}

static const struct lka_model_family *blend(void)
{
    return lka_family_find("blend");
}

static lka_status add_given(struct lka_choice *choice, const struct lka_learning *learning,
                            const struct lka_choose_options *options, struct lka_error *error)
{
    const struct lka_model_family *family = lka_family_find(options->family);
    LKA_TRY(add_family(choice, learning, family, options->set, error));
    if (family == blend()) {
        lka_blended_warn(lka_options_text(choice->candidates[0].options, "of"), learning->session);
    }
    return LKA_OK;
}

static lka_status list_candidates(const struct lka_learning *learning, const struct lka_choose_options *options,
                                  struct lka_choice *choice, struct lka_error *error)
{
    LKA_TRY(lka_settings_check(options->set, options->family, error));
    if (strcmp(options->family, "auto") != 0) {
        return add_given(choice, learning, options, error);
    }
    if (learning->seeds < SEEDS_TO_CHOOSE_FAMILIES) {
        choice->by_default = learning->seeds >= SEEDS_TO_BLEND &&
                             is_available(lka_family_find("forest"), learning->session);
        return add_family(choice, learning, lka_family_find("logistic"), options->set, error);
    }
    for (size_t i = 0; i < lka_family_count; i++) {
        const struct lka_model_family *family = lka_families[i];
        /* What cannot tell why somebody scores high is for those who ask for it. */
        if (family != blend() && family->contributions && is_available(family, learning->session)) {
            LKA_TRY(add_family(choice, learning, family, options->set, error));
        }
    }
    return LKA_OK;
}

static struct lka_compare_options compare_options(const struct lka_choose_options *options, struct lka_choice *choice)
{
    return (struct lka_compare_options){options->folds, options->repeats, options->until, &choice->cut};
}

/* ---- the choice ------------------------------------------------------------------------------- */

static double by_auc(const struct lka_candidate *candidate, const struct lka_fold_result *result)
{
    (void)candidate;
    return result->auc;
}

/* Of the candidates listed, from the simplest, the first within one standard error of the best. */
static size_t simplest_of_the_best(struct lka_choice *choice, const size_t *listed, size_t count, lka_measure measured,
                                   size_t folds)
{
    struct lka_candidate *candidates = choice->candidates;
    size_t best = listed[0];
    for (size_t i = 1; i < count; i++) {
        const struct lka_candidate *one = &candidates[listed[i]];
        if (measured(one, &one->mean) > measured(&candidates[best], &candidates[best].mean)) {
            best = listed[i];
        }
    }
    for (size_t i = 0; i < count; i++) {
        lka_candidate_fall_behind(&candidates[listed[i]], &candidates[best], measured, choice->runs, folds);
    }
    size_t first = 0;
    while (listed[first] != best && candidates[listed[first]].behind > candidates[listed[first]].standard_error) {
        first++;
    }
    return listed[first];
}

/* Among the settings of the family that starts at `first`; returns where the next one starts. *chosen is choice->count
 * where time was over before any was tried. */
static size_t choose_setting(struct lka_choice *choice, size_t first, size_t *listed, size_t folds, size_t *chosen)
{
    const struct lka_model_family *family = choice->candidates[first].family;
    size_t end = first;
    size_t tried = 0;
    for (; end < choice->count && choice->candidates[end].family == family; end++) {
        listed[tried] = end;
        tried += choice->candidates[end].folds != NULL;
    }
    *chosen = tried > 0 ? simplest_of_the_best(choice, listed, tried, lka_candidate_worth, folds) : choice->count;
    return end;
}

/* Of every family that was tried; returns how many there are. */
static size_t choose_settings(struct lka_choice *choice, size_t *listed, size_t folds, size_t *winners)
{
    size_t families = 0;
    for (size_t first = 0; first < choice->count;) {
        first = choose_setting(choice, first, listed, folds, &winners[families]);
        families += winners[families] < choice->count;
    }
    return families;
}

static void tell_why(struct lka_choice *choice, size_t families, bool few_seeds)
{
    const struct lka_candidate *chosen = &choice->candidates[choice->chosen];
    const char *measured = (chosen->family->flags & LKA_FAMILY_LOG_ODDS) ? "deviance" : "AUC";
    size_t tried = 0;
    for (size_t c = 0; c < choice->count; c++) {
        tried += choice->candidates[c].folds != NULL;
    }
    if (families > 1 && chosen->family == blend()) {
        snprintf(choice->why, sizeof choice->why,
                 "of %zu settings those together that held-out deviance does not tell from the best; no other family "
                 "leads by more than one standard error",
                 tried - 1);
    } else if (families > 1) {
        snprintf(choice->why, sizeof choice->why,
                 "the simplest of %zu families within one standard error of the best held-out AUC; its setting by "
                 "held-out %s",
                 families, measured);
    } else {
        snprintf(choice->why, sizeof choice->why,
                 "%s%zu settings%s compared by held-out %s, the simplest within one standard error of the best",
                 few_seeds ? "under 200 seeds the default is taken; " : "", tried,
                 choice->by_default ? " of logistic" : "", measured);
    }
}

static void find_runner_up(struct lka_choice *choice, const size_t *winners, size_t families)
{
    for (size_t i = 0; i < families; i++) {
        const struct lka_candidate *candidate = &choice->candidates[winners[i]];
        if (winners[i] != choice->chosen && (choice->runner_up == choice->count ||
                                             candidate->mean.auc > choice->candidates[choice->runner_up].mean.auc)) {
            choice->runner_up = winners[i];
            choice->close = candidate->behind <= candidate->standard_error;
        }
    }
}

static void measure_lead(struct lka_choice *choice, size_t folds)
{
    if (choice->runner_up < choice->count) {
        struct lka_candidate second = choice->candidates[choice->runner_up];
        lka_candidate_fall_behind(&second, &choice->candidates[choice->chosen], by_auc, choice->runs, folds);
        choice->lead = second.behind;
        choice->lead_error = second.standard_error;
    }
}

static lka_status list_blend(const struct lka_choose_options *options, struct lka_choice *choice,
                             struct lka_error *error)
{
    LKA_TRY(add_candidate(choice, blend(), options->set, "", error));
    struct lka_candidate *candidate = &choice->candidates[choice->count - 1];
    if (!lka_options_given(candidate->options, "of")) {
        LKA_TRY(lka_options_set(candidate->options, "of", choice->of, error));
        candidate->setting = choice->of;
    }
    return LKA_OK;
}

/* The blend is a candidate of its own: it is compared as the others were. */
static lka_status add_blend(const struct lka_learning *learning, const struct lka_choose_options *options,
                            struct lka_choice *choice, const size_t *winners, size_t families, struct lka_error *error)
{
    size_t parts = 0;
    LKA_TRY(lka_blended_choose(choice, winners, families, options->folds, options->set, &choice->of, &parts, error));
    if (parts < 2) {
        return LKA_OK;
    }
    LKA_TRY(list_blend(options, choice, error));
    struct lka_compare_options compare = compare_options(options, choice);
    return lka_compare(learning, &compare, &choice->candidates[choice->count - 1], 1, error);
}

/* Nothing is compared with it. */
static lka_status take_default_blend(const struct lka_choose_options *options, struct lka_choice *choice,
                                     struct lka_error *error)
{
    LKA_TRY(lka_blended_by_default(&choice->candidates[choice->chosen], options->set, &choice->of, error));
    choice->chosen = choice->count;
    LKA_TRY(list_blend(options, choice, error));
    choice->runner_up = choice->count;
    return LKA_OK;
}

/* The blend where there is one, unless a family that has no part in it leads by more than one standard error: that one
 * of its parts seems to lead is chance more often than not. */
static size_t steadiest(struct lka_choice *choice, const size_t *winners, size_t families, size_t folds)
{
    size_t last = winners[families - 1];
    size_t simplest = simplest_of_the_best(choice, winners, families, by_auc, folds);
    if (choice->candidates[last].family != blend()) {
        return simplest;
    }
    for (size_t i = 0; i < families - 1; i++) {
        struct lka_candidate of_blend = choice->candidates[last];
        const struct lka_candidate *other = &choice->candidates[winners[i]];
        lka_candidate_fall_behind(&of_blend, other, by_auc, choice->runs, folds);
        if (!lka_blended_may_be(other) && of_blend.behind > of_blend.standard_error) {
            return simplest;
        }
    }
    return last;
}

/* The settings of each family, then the blend of these, then the family. */
static lka_status pick(const struct lka_learning *learning, const struct lka_choose_options *options, bool few_seeds,
                       struct lka_choice *choice, struct lka_error *error)
{
    size_t *listed;
    bool is_auto = strcmp(options->family, "auto") == 0;
    LKA_TRY(LKA_NEW(listed, 2 * (choice->count + 1), error));
    size_t *winners = listed + choice->count + 1;
    size_t families = choose_settings(choice, listed, options->folds, winners);
    lka_status status = LKA_OK;
    if (is_auto && families > 1 && !choice->cut) {
        size_t before = choice->count;
        status = add_blend(learning, options, choice, winners, families, error);
        if (choice->count > before) {
            winners[families++] = before;
        }
    }
    choice->chosen = winners[0];
    if (status == LKA_OK && families > 1) {
        choice->chosen = steadiest(choice, winners, families, options->folds);
        choice->runner_up = choice->count;
        find_runner_up(choice, winners, families);
        measure_lead(choice, options->folds);
    }
    tell_why(choice, families, few_seeds);
    lka_free(listed);
    return status;
}

/* Settings that were not tried although none before them said that they would be worse. */
static void warn_late(const struct lka_learning *learning, const struct lka_choice *choice)
{
    size_t tried = 0;
    for (size_t c = 0; c < choice->count; c++) {
        tried += choice->candidates[c].folds != NULL;
    }
    if (choice->cut) {
        lka_warn(learning->session,
                 "--time-limit ended the search after %zu of at most %zu settings: another run may choose otherwise",
                 tried, choice->count);
    }
}

lka_status lka_choose(const struct lka_learning *learning, const struct lka_choose_options *options,
                      struct lka_choice *choice, struct lka_error *error)
{
    *choice = (struct lka_choice){0};
    lka_status status = list_candidates(learning, options, choice, error);
    choice->runner_up = choice->count;
    if (status == LKA_OK && choice->count > 1) {
        struct lka_compare_options compare = compare_options(options, choice);
        choice->runs = options->folds * options->repeats;
        status = lka_compare(learning, &compare, choice->candidates, choice->count, error);
        bool few = strcmp(options->family, "auto") == 0 && learning->seeds < SEEDS_TO_CHOOSE_FAMILIES;
        status = status == LKA_OK ? pick(learning, options, few, choice, error) : status;
        warn_late(learning, choice);
    } else if (status == LKA_OK) {
        const char *setting = choice->candidates[0].setting;
        snprintf(choice->why, sizeof choice->why, "given%s",
                 setting[0] ? "; its simplest setting, since AUC cannot choose with under 100 seeds" : "");
    }
    if (status == LKA_OK && choice->by_default && !choice->cut) {
        status = take_default_blend(options, choice, error);
    }
    if (status != LKA_OK) {
        lka_choice_release(choice);
    }
    return status;
}

lka_status lka_choose_list(const struct lka_learning *learning, const struct lka_choose_options *options,
                           struct lka_choice *choice, struct lka_error *error)
{
    *choice = (struct lka_choice){0};
    lka_status status = list_candidates(learning, options, choice, error);
    choice->runner_up = choice->count;
    if (status != LKA_OK) {
        lka_choice_release(choice);
    }
    return status;
}

void lka_choice_release(struct lka_choice *choice)
{
    for (size_t c = 0; c < choice->count; c++) {
        lka_options_free(choice->candidates[c].options);
        lka_free(choice->candidates[c].folds);
    }
    lka_free(choice->candidates);
    lka_free(choice->of);
    *choice = (struct lka_choice){0};
}

json_t *lka_choice_json(const struct lka_choice *choice)
{
    json_t *array = json_array();
    for (size_t c = 0; c < choice->count && choice->runs > 0; c++) {
        const struct lka_candidate *candidate = &choice->candidates[c];
        const struct lka_fold_result *mean = &candidate->mean;
        if (!candidate->folds) {
            continue;
        }
        json_t *row = json_pack("{s:s, s:s, s:I, s:f, s:f, s:f, s:f, s:f}", "family", candidate->family->name,
                                "setting", candidate->setting, "fits", (json_int_t)candidate->fits, "auc", mean->auc,
                                "recall_1", mean->recall_1, "recall_5", mean->recall_5, "behind", candidate->behind,
                                "standard_error", candidate->standard_error);
        bool good = row &&
                    (isnan(mean->deviance) || json_object_set_new(row, "deviance", json_real(mean->deviance)) == 0);
        if (json_array_append_new(array, row) != 0 || !good) {
            json_decref(array);
            return NULL;
        }
    }
    return array;
}

static bool append_plan(json_t *families, const struct lka_model_family *family, size_t settings)
{
    return json_array_append_new(
               families, json_pack("{s:s, s:I}", "family", family->name, "settings", (json_int_t)settings)) == 0;
}

json_t *lka_choice_plan_json(const struct lka_choice *choice, size_t runs, size_t members)
{
    json_t *families = json_array();
    size_t settings = choice->count;
    size_t to_blend = 0;
    bool good = families != NULL;
    for (size_t first = 0; first < choice->count && good;) {
        const struct lka_model_family *family = choice->candidates[first].family;
        size_t end = first;
        while (end < choice->count && choice->candidates[end].family == family) {
            end++;
        }
        to_blend += (family->flags & LKA_FAMILY_LOG_ODDS) != 0;
        good = append_plan(families, family, end - first);
        first = end;
    }
    if (good && (to_blend > 1 || choice->by_default)) {
        good = append_plan(families, blend(), 1);
        settings++;
    }
    if (!good) {
        json_decref(families);
        return NULL;
    }
    size_t fits = members + (settings > 1 ? settings * runs : 0);
    return json_pack("{s:o, s:I}", "families", families, "fits_at_most", (json_int_t)fits);
}
