#include "lifecycle/observed.h"

#include "base/error.h"

#include <stdlib.h>

enum { WORD_LONGEST = 40 };

void lka_column_word(struct lka_span word, struct lka_text *text)
{
    uint32_t length = word.length < WORD_LONGEST ? word.length : (uint32_t)WORD_LONGEST;
    for (uint32_t i = 0; i < length; i++) {
        char c = word.text[i];
        c = c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
        bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        lka_text_append(text, plain ? &c : "_", 1);
    }
}

/* ---- counting --------------------------------------------------------------------------------- */

static void count_words(struct lka_labels *labels, uint32_t seen)
{
    for (size_t i = 0; i < labels->count; i++) {
        labels->people[i] += seen >> i & 1;
    }
}

void lka_observed_add(struct lka_observed *observed, struct lka_lexicon *vocabulary, const struct lka_profile *profile)
{
    uint32_t types = 0;
    uint32_t channels = 0;
    for (size_t i = 0; i < profile->count_count; i++) {
        const struct lka_count *counted = &profile->counts[i];
        observed->cells[counted->type][counted->channel]++;
        types |= UINT32_C(1) << counted->type;
        channels |= UINT32_C(1) << counted->channel;
    }
    count_words(&vocabulary->types, types);
    count_words(&vocabulary->channels, channels);
    for (size_t c = 0; c < LKA_CHANNELS_MAX; c++) {
        observed->touched[c] += profile->touches[c].day != LKA_NO_DAY;
    }
    for (size_t i = 0; i < profile->interest_count; i++) {
        vocabulary->topics.people[profile->interests[i].topic]++;
    }
    if (profile->reason != LKA_NO_LABEL) {
        vocabulary->reasons.people[profile->reason]++;
    }
}

/* ---- which words are shown -------------------------------------------------------------------- */

static bool same_word(const struct lka_labels *labels, uint16_t a, uint16_t b)
{
    struct lka_text first = {0};
    struct lka_text second = {0};
    lka_column_word(labels->items[a], &first);
    lka_column_word(labels->items[b], &second);
    bool same = first.length == second.length &&
                (first.length == 0 || memcmp(first.bytes, second.bytes, first.length) == 0);
    lka_text_release(&first);
    lka_text_release(&second);
    return same;
}

/* Known words and `other` as they are; of the data's own words the first by name of those that look alike in a column's
 * name. order: all labels as columns follow each other. */
static lka_status settle_words(const struct lka_labels *labels, size_t known, uint16_t other, uint32_t floor,
                               uint16_t *shown, uint16_t *order, struct lka_error *error)
{
    uint16_t *own;
    LKA_TRY(lka_labels_sorted(labels, known, &own, error));
    for (size_t i = 0; i < labels->count; i++) {
        uint16_t label = i < known ? (uint16_t)i : own[i - known];
        order[i] = label;
        shown[label] = label < known || labels->people[label] >= floor ? label : other;
        for (size_t k = 0; k < i && shown[label] == label && label >= known; k++) {
            shown[label] = shown[order[k]] == order[k] && same_word(labels, order[k], label) ? order[k] : label;
        }
    }
    lka_free(own);
    return LKA_OK;
}

static bool is_met(const struct lka_observed *observed, uint16_t type, uint16_t channel)
{
    for (size_t t = 0; t < LKA_TYPES_MAX; t++) {
        for (size_t c = 0; c < LKA_CHANNELS_MAX; c++) {
            if (observed->cells[t][c] > 0 && observed->shown_type[t] == type && observed->shown_channel[c] == channel) {
                return true;
            }
        }
    }
    return false;
}

static void settle_cells(struct lka_observed *observed, const uint16_t *types, size_t type_count,
                         const uint16_t *channels, size_t channel_count)
{
    for (size_t t = 0; t < type_count; t++) {
        for (size_t c = 0; c < channel_count; c++) {
            if (is_met(observed, types[t], channels[c])) {
                observed->columns[observed->column_count++] = (struct lka_cell){types[t], channels[c]};
            }
        }
    }
    memset(observed->column_of, 0xff, sizeof observed->column_of);
    for (size_t t = 0; t < type_count; t++) {
        for (size_t c = 0; c < channel_count; c++) {
            for (size_t i = 0; i < observed->column_count; i++) {
                if (observed->columns[i].type == observed->shown_type[types[t]] &&
                    observed->columns[i].channel == observed->shown_channel[channels[c]]) {
                    observed->column_of[types[t]][channels[c]] = (uint16_t)i;
                }
            }
        }
    }
}

static void settle_channels(struct lka_observed *observed, const uint16_t *channels, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        bool touched = false;
        for (size_t c = 0; c < count; c++) {
            touched = touched || (observed->shown_channel[c] == channels[i] && observed->touched[c] > 0);
        }
        if (touched) {
            observed->channels[observed->channel_count++] = channels[i];
        }
    }
}

/* ---- topics ----------------------------------------------------------------------------------- */

static int by_people(const void *a, const void *b, void *context)
{
    const struct lka_labels *labels = context;
    uint16_t first = *(const uint16_t *)a;
    uint16_t second = *(const uint16_t *)b;
    if (labels->people[first] != labels->people[second]) {
        return labels->people[first] > labels->people[second] ? -1 : 1;
    }
    return lka_span_compare(labels->items[first], labels->items[second]);
}

static int by_name(const void *a, const void *b, void *context)
{
    const struct lka_labels *labels = context;
    return lka_span_compare(labels->items[*(const uint16_t *)a], labels->items[*(const uint16_t *)b]);
}

/* The topics that most contacts got mails on, by name. */
static lka_status settle_topics(struct lka_observed *observed, const struct lka_labels *topics, uint32_t floor,
                                struct lka_error *error)
{
    uint16_t *order;
    LKA_TRY(lka_labels_sorted(topics, 0, &order, error));
    qsort_r(order, topics->count, sizeof *order, by_people, (void *)(uintptr_t)topics);
    for (size_t i = 0; i < topics->count && observed->topic_count < LKA_TOPIC_COLUMNS; i++) {
        bool shown = topics->people[order[i]] >= floor;
        for (size_t k = 0; k < observed->topic_count && shown; k++) {
            shown = !same_word(topics, observed->topics[k], order[i]);
        }
        if (shown) {
            observed->topics[observed->topic_count++] = order[i];
        }
    }
    qsort_r(observed->topics, observed->topic_count, sizeof *observed->topics, by_name, (void *)(uintptr_t)topics);
    lka_free(order);
    return LKA_OK;
}

lka_status lka_observed_settle(struct lka_observed *observed, const struct lka_lexicon *vocabulary, uint32_t floor,
                               struct lka_error *error)
{
    uint16_t types[LKA_TYPES_MAX];
    uint16_t channels[LKA_CHANNELS_MAX];
    LKA_TRY(settle_words(&vocabulary->types, LKA_SIGNAL_KNOWN, LKA_SIGNAL_OTHER, floor, observed->shown_type, types,
                         error));
    LKA_TRY(settle_words(&vocabulary->channels, LKA_OVER_KNOWN, LKA_OVER_OTHER, floor, observed->shown_channel,
                         channels, error));
    LKA_TRY(LKA_NEW(observed->columns, (size_t)LKA_TYPES_MAX * LKA_CHANNELS_MAX, error));
    settle_cells(observed, types, vocabulary->types.count, channels, vocabulary->channels.count);
    settle_channels(observed, channels, vocabulary->channels.count);
    return settle_topics(observed, &vocabulary->topics, floor, error);
}

void lka_observed_release(struct lka_observed *observed)
{
    lka_free(observed->columns);
    *observed = (struct lka_observed){0};
}
