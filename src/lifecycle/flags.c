/* From flags to rules. */
#include "base/data.h"
#include "base/date.h"
#include "base/error.h"
#include "lifecycle/stage.h"

static lka_status read_as_of(struct lka_lifecycle *stage, struct lka_error *error)
{
    const char *text = stage->options->as_of;
    int64_t seconds;
    if (strlen(text) != 10 || !lka_parse_time(lka_span_of(text), &seconds)) {
        char shown[64];
        return lka_fail(error, LKA_USAGE, "--as-of: %s is no day that exists; allowed: as in 2024-02-29",
                        lka_show(lka_span_of(text), false, shown));
    }
    stage->as_of = seconds;
    stage->as_of_day = (int32_t)(seconds / 86400);
    lka_format_date(stage->as_of_day, stage->as_of_text);
    return LKA_OK;
}

static lka_status read_inactive(struct lka_lifecycle *stage, struct lka_error *error)
{
    const struct lka_list *list = &stage->options->inactive;
    bool *inactive = stage->segment_rules.inactive;
    for (size_t s = 0; s < LKA_SEGMENTS; s++) {
        inactive[s] = list->count == 0 && s != LKA_SEGMENT_ACTIVE;
    }
    for (size_t i = 0; i < list->count; i++) {
        size_t s = 0;
        while (s < LKA_SEGMENTS && strcmp(lka_segment_names[s], list->items[i]) != 0) {
            s++;
        }
        if (s == LKA_SEGMENTS) {
            return lka_fail(error, LKA_USAGE,
                            "--inactive: \"%.40s\" is no segment; allowed: active, lapsing, at_risk, to_delete, "
                            "never_engaged",
                            list->items[i]);
        }
        inactive[s] = true;
    }
    return LKA_OK;
}

static lka_status check_order(const struct lka_lifecycle *stage, struct lka_error *error)
{
    const struct lka_segment_rules *rules = &stage->segment_rules;
    int64_t active = lka_period_after(stage->as_of_day, rules->active);
    int64_t lapsing = lka_period_after(stage->as_of_day, rules->lapsing);
    int64_t at_risk = lka_period_after(stage->as_of_day, rules->at_risk);
    return active <= lapsing && lapsing <= at_risk
               ? LKA_OK
               : lka_fail(error, LKA_USAGE,
                          "--active %s, --lapsing %s and --at-risk %s must not become shorter in this order",
                          stage->options->active, stage->options->lapsing, stage->options->at_risk);
}

static lka_status read_periods(struct lka_lifecycle *stage, struct lka_error *error)
{
    const struct lka_lifecycle_options *options = stage->options;
    struct lka_segment_rules *rules = &stage->segment_rules;
    rules->as_of = stage->as_of_day;
    LKA_TRY(lka_period_parse("active", options->active, &rules->active, error));
    LKA_TRY(lka_period_parse("lapsing", options->lapsing, &rules->lapsing, error));
    LKA_TRY(lka_period_parse("at-risk", options->at_risk, &rules->at_risk, error));
    LKA_TRY(lka_period_parse("retention", options->retention, &rules->retention, error));
    LKA_TRY(lka_period_parse("notice", options->notice, &rules->notice, error));
    LKA_TRY(read_inactive(stage, error));
    return check_order(stage, error);
}

/* "-" is read once, by whichever table. */
static lka_status check_stdin(const struct lka_lifecycle_options *options, struct lka_error *error)
{
    const struct lka_list *const lists[] = {&options->contacts, &options->events, &options->append};
    size_t count = 0;
    for (size_t l = 0; l < sizeof lists / sizeof *lists; l++) {
        for (size_t i = 0; i < lists[l]->count; i++) {
            count += strcmp(lists[l]->items[i], "-") == 0;
        }
    }
    return count < 2 ? LKA_OK : lka_fail(error, LKA_USAGE, "stdin (-) is given twice; it can be read once");
}

lka_status lka_lifecycle_flags(struct lka_lifecycle *stage, struct lka_error *error)
{
    const struct lka_lifecycle_options *options = stage->options;
    LKA_TRY(check_stdin(options, error));
    LKA_TRY(read_as_of(stage, error));
    LKA_TRY(read_periods(stage, error));
    LKA_TRY(lka_append_check(&options->precision, error));
    LKA_TRY(lka_lexicon_init(&stage->vocabulary, error));
    LKA_TRY(lka_counting_read(stage->all, &stage->vocabulary, &stage->agents, &stage->counting, error));
    stage->profile_rules.touches = stage->counting.touches;
    stage->profile_rules.as_of = stage->as_of;
    stage->profile_rules.half_life = options->half_life;
    return lka_patterns_read(&stage->remedies, options->remedies, "data/remedies.yaml", lka_data_remedies_yaml,
                             lka_data_remedies_yaml_size, NULL, 0, error);
}
