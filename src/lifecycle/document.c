#include "lifecycle/document.h"

#include "base/date.h"
#include "base/error.h"
#include "base/interval.h"

static json_t *number(uint64_t count)
{
    return json_integer((json_int_t)count);
}

static json_t *share(uint64_t part, uint64_t whole)
{
    double all = whole > 0 ? (double)whole : 1;
    return json_pack("{s:o, s:f, s:o}", "contacts", number(part), "share", (double)part / all, "interval",
                     lka_interval_json(lka_wilson((double)part, all)));
}

/* False, and the value gone, when memory is short. */
static bool set(json_t *object, const char *key, json_t *value)
{
    return json_object_set_new(object, key, value) == 0;
}

/* ---- parts ------------------------------------------------------------------------------------ */

static json_t *segments_json(const struct lka_lifecycle *stage)
{
    json_t *object = json_object();
    for (size_t s = 0; object && s < LKA_SEGMENTS; s++) {
        json_t *segment = share(stage->counts.segments[s], stage->counts.contacts);
        bool good = segment && set(segment, "opens_not_observable", number(stage->counts.hidden_segments[s])) &&
                    set(segment, "inactive", json_boolean(stage->segment_rules.inactive[s]));
        if (!good || json_object_set(object, lka_segment_names[s], segment) != 0) {
            json_decref(object);
            object = NULL;
        }
        json_decref(segment);
    }
    return object;
}

/* From which segment to which since the last run. */
static json_t *moves_json(const struct lka_lifecycle *stage)
{
    const char *day = stage->history ? lka_history_previous_day(stage->history) : "";
    if (!*day) {
        return json_null();
    }
    json_t *moves = json_array();
    for (size_t from = 0; moves && from <= LKA_SEGMENTS; from++) {
        for (size_t to = 0; moves && to < LKA_SEGMENTS; to++) {
            uint64_t people = stage->counts.moves[from][to];
            if (from == to || people == 0) {
                continue;
            }
            json_t *move = json_pack("{s:s, s:s, s:I}", "from", from == LKA_SEGMENTS ? "" : lka_segment_names[from],
                                     "to", lka_segment_names[to], "contacts", (json_int_t)people);
            if (json_array_append_new(moves, move) != 0) {
                json_decref(moves);
                moves = NULL;
            }
        }
    }
    return moves ? json_pack("{s:s, s:o}", "since", day, "moves", moves) : NULL;
}

static json_t *machines_json(const struct lka_lifecycle *stage)
{
    json_t *object = json_object();
    uint64_t all = 0;
    for (size_t r = LKA_MACHINE_NOT + 1; object && r < LKA_MACHINE_REASONS; r++) {
        json_t *kinds = json_object();
        for (size_t k = LKA_KIND_NONE + 1; kinds && k < LKA_MACHINE_KINDS; k++) {
            uint64_t events = stage->counts.machines[r][k];
            all += events;
            if (events > 0 && !set(kinds, lka_machine_kind_names[k], number(events))) {
                json_decref(kinds);
                kinds = NULL;
            }
        }
        if (!set(object, lka_machine_reason_names[r], kinds)) {
            json_decref(object);
            object = NULL;
        }
    }
    return object ? json_pack("{s:o, s:o}", "events", number(all), "by_reason", object) : NULL;
}

static json_t *events_json(const struct lka_lifecycle *stage)
{
    struct lka_events_counts counts = lka_events_counts(stage->events);
    const struct lka_lifecycle_counts *ours = &stage->counts;
    json_t *json = json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "read", number(counts.read), "rejected",
                             number(counts.rejected), "duplicates", number(counts.duplicates), "later",
                             number(counts.later), "used", number(ours->events), "of_no_contact",
                             number(ours->stranger_events), "no_contacts", number(ours->strangers));
    char day[16];
    int64_t seconds = ours->first_event;
    lka_format_date((seconds - (seconds % 86400 + 86400) % 86400) / 86400, day);
    if (json && ours->first_event_known && !set(json, "since", json_string(day))) {
        json_decref(json);
        json = NULL;
    }
    return json;
}

static json_t *profiling_json(const struct lka_lifecycle *stage)
{
    json_t *object = json_object();
    for (size_t p = 0; object && p < LKA_PROFILINGS; p++) {
        if (!set(object, lka_profiling_names[p], number(stage->counts.by_profiling[p]))) {
            json_decref(object);
            object = NULL;
        }
    }
    return object;
}

static json_t *deletion_json(const struct lka_lifecycle *stage)
{
    const struct lka_lifecycle_counts *counts = &stage->counts;
    return json_pack("{s:o, s:o, s:o, s:o}", "due", number(counts->due), "soon", number(counts->soon), "held",
                     number(counts->held), "no_date", number(counts->undated));
}

static json_t *append_json(const struct lka_lifecycle *stage)
{
    const struct lka_append_counts *counts = &stage->append.counts;
    if (!stage->append_table.source) {
        return json_null();
    }
    json_t *classes = json_object();
    for (size_t c = LKA_REACH_UNKNOWN; classes && c < LKA_REACH_CLASSES; c++) {
        if (!set(classes, lka_reach_class_names[c], share(counts->classes[c], stage->counts.inactive))) {
            json_decref(classes);
            classes = NULL;
        }
    }
    return classes ? json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "rows", number(counts->rows),
                               "of_no_contact", number(counts->strangers), "of_active", number(counts->active),
                               "contacts", number(counts->contacts), "contradictions", number(counts->contradictions),
                               "further_columns", number(stage->counts.told_columns), "contradictions_in_them",
                               number(counts->told_contradictions), "classes", classes)
                   : NULL;
}

/* Words of the data's own, by how they are shown: types and channels that nobody declared. */
static json_t *words_json(const struct lka_labels *labels, const uint16_t *shown, size_t known)
{
    json_t *list = json_array();
    uint64_t rare = 0;
    for (size_t i = known; list && i < labels->count; i++) {
        if (shown[i] != i) {
            rare++;
            continue;
        }
        if (json_array_append_new(list, json_stringn(labels->items[i].text, labels->items[i].length)) != 0) {
            json_decref(list);
            list = NULL;
        }
    }
    return list ? json_pack("{s:o, s:o}", "kept", list, "as_other", number(rare)) : NULL;
}

static json_t *unknown_json(const struct lka_lifecycle *stage)
{
    return json_pack("{s:o, s:o}", "types",
                     words_json(&stage->vocabulary.types, stage->observed.shown_type, LKA_SIGNAL_KNOWN), "channels",
                     words_json(&stage->vocabulary.channels, stage->observed.shown_channel, LKA_OVER_KNOWN));
}

static json_t *inputs_json(const struct lka_lifecycle *stage)
{
    char hex[33];
    lka_events_digest(stage->events, hex);
    json_t *inputs = json_pack("{s:o, s:{s:s}}", "contacts", lka_table_json(&stage->contacts), "events", "xxh3", hex);
    if (inputs && stage->append_table.source && !set(inputs, "append", lka_table_json(&stage->append_table))) {
        json_decref(inputs);
        inputs = NULL;
    }
    return inputs;
}

/* ---- the whole -------------------------------------------------------------------------------- */

lka_status lka_lifecycle_document(const struct lka_lifecycle *stage, json_t **document, struct lka_error *error)
{
    *document = json_pack(
        "{s:i, s:s, s:s, s:o, s:O, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:O}", "schema", 1, "stage",
        "lifecycle", "as_of", stage->as_of_text, "parameters", lka_options_echo(stage->all), "roles", stage->columns,
        "inputs", inputs_json(stage), "contacts", number(stage->counts.contacts), "profiled", profiling_json(stage),
        "events", events_json(stage), "machines", machines_json(stage), "opens_not_observable",
        share(stage->counts.hidden, stage->counts.contacts), "segments", segments_json(stage), "inactive",
        share(stage->counts.inactive, stage->counts.contacts), "previous", moves_json(stage), "deletions",
        deletion_json(stage), "append", append_json(stage), "warnings", stage->warnings.list);
    bool good = *document &&
                set(*document, "requests",
                    json_pack("{s:o, s:o}", "bounce_risk", number(stage->counts.asked_bounce), "personalisation",
                              number(stage->counts.asked_personal))) &&
                set(*document, "consideration",
                    lka_surveys_json(&stage->surveys, &stage->vocabulary.brands, (uint64_t)stage->options->floor)) &&
                set(*document, "unknown", unknown_json(stage)) &&
                (!stage->selected || json_object_set(*document, "selected", stage->selected) == 0);
    return good ? LKA_OK : lka_fail_memory(error, 0);
}
