#include "lifecycle/counting.h"

#include "base/data.h"
#include "base/error.h"

#include <stdio.h>

#define LKA_BIT(type) (UINT32_C(1) << LKA_SIGNAL_##type)

/* ---- from flags to rules ---------------------------------------------------------------------- */

/* Leaving and complaining are no touches: whoever does so wants to be left alone. */
static lka_status read_touches(const struct lka_list *list, struct lka_lexicon *vocabulary, uint32_t *touches,
                               struct lka_error *error)
{
    static const uint32_t usual = LKA_BIT(OPEN) | LKA_BIT(CLICK) | LKA_BIT(VISIT) | LKA_BIT(PURCHASE) |
                                  LKA_BIT(REGISTER) | LKA_BIT(SURVEY);
    *touches = list->count == 0 ? usual : 0;
    for (size_t i = 0; i < list->count; i++) {
        uint16_t type;
        LKA_TRY(lka_labels_of(&vocabulary->types, lka_span_of(list->items[i]), &type, error));
        if (type == LKA_SIGNAL_SEND || type == LKA_SIGNAL_BOUNCE) {
            return lka_fail(error, LKA_USAGE, "--touch: \"%.40s\" is nothing that a contact does", list->items[i]);
        }
        *touches |= UINT32_C(1) << type;
    }
    return LKA_OK;
}

static double number_of(const struct lka_options *options, const char *key)
{
    return *(const double *)lka_options_value(options, key);
}

lka_status lka_counting_read(const struct lka_options *options, struct lka_lexicon *vocabulary,
                             struct lka_patterns *agents, struct lka_counting *counting, struct lka_error *error)
{
    LKA_TRY(read_touches(lka_options_value(options, "touch"), vocabulary, &counting->touches, error));
    counting->machines = (struct lka_machine_rules){.scanner_seconds = number_of(options, "scanner-seconds"),
                                                    .prefetch_seconds = number_of(options, "prefetch-minutes") * 60,
                                                    .rate = number_of(options, "bot-rate")};
    return lka_patterns_read(agents, lka_options_text(options, "machines"), "data/machines.yaml",
                             lka_data_machines_yaml, lka_data_machines_yaml_size, &lka_machine_kind_names[1],
                             LKA_MACHINE_KINDS - 1, error);
}

/* ---- from lifecycle's document ---------------------------------------------------------------- */

static lka_status inherit(struct lka_options *options, const char *key, const json_t *value, struct lka_error *error)
{
    char number[40];
    const json_t *item;
    size_t i;
    if (json_is_string(value)) {
        return lka_options_set(options, key, json_string_value(value), error);
    }
    if (json_is_number(value)) {
        snprintf(number, sizeof number, json_is_integer(value) ? "%.0f" : "%.17g", json_number_value(value));
        return lka_options_set(options, key, number, error);
    }
    json_array_foreach(value, i, item)
    {
        LKA_TRY(inherit(options, key, item, error));
    }
    return LKA_OK;
}

lka_status lka_counting_inherit(struct lka_options *options, const json_t *parameters, struct lka_error *error)
{
    static const char *const keys[] = {
#define KEY(type, field, key, ...) key,
        LKA_COUNTING_PARAMS(KEY)
#undef KEY
    };
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        if (!lka_options_given(options, keys[i])) {
            LKA_TRY(inherit(options, keys[i], json_object_get(parameters, keys[i]), error));
        }
    }
    return LKA_OK;
}
