/* lifecycle/counting.h: how events are counted: which are touches, which are machines', which words have a column of
 * their own. `campaign seeds` counts as lifecycle did, unless it is told otherwise.
 */
#ifndef LKA_LIFECYCLE_COUNTING_H
#define LKA_LIFECYCLE_COUNTING_H

#include "base/parameters.h"
#include "lifecycle/machines.h"
#include "lifecycle/patterns.h"

#include <jansson.h>

#define LKA_COUNTING_PARAMS(X)                                                                                      \
    X(TEXT, signed_up, "signed-up", "signed_up", 0, 0, NULL, "COL", "the column with the day of signing up", false) \
    X(LIST, touch, "touch", NULL, 0, 0, NULL, "TYPE",                                                               \
      "a type of event that is a touch; default: open, click, visit, purchase, register, survey", false)            \
    X(TEXT, machines, "machines", NULL, 0, 0, NULL, "FILE",                                                         \
      "user agents of machines (YAML); default: those of data/machines.yaml", false)                                \
    X(NUMBER, scanner_seconds, "scanner-seconds", "15", 0, 3600, NULL, "SECONDS",                                   \
      "a click so soon after the send is a scanner's", false)                                                       \
    X(NUMBER, prefetch_minutes, "prefetch-minutes", "15", 0, 1440, NULL, "MINUTES",                                 \
      "so soon after the send a privacy proxy has opened a mail", false)                                            \
    X(NUMBER, bot_rate, "bot-rate", "12", 2, 1e6, NULL, "N",                                                        \
      "opens, clicks and visits in one minute from which on they are a bot's", false)                               \
    X(INTEGER, floor, "floor", "10", 1, 1000000, NULL, "N",                                                         \
      "no figure and no column of its own for what fewer contacts have", false)

struct lka_counting {
    uint32_t touches; /* bits of the types that are touches */
    struct lka_machine_rules machines;
};

/* What the options say; `agents` is filled. LKA_USAGE for a type that is nothing that a contact does, and for a file
 * that is no list of machines. */
lka_status lka_counting_read(const struct lka_options *options, struct lka_lexicon *vocabulary,
                             struct lka_patterns *agents, struct lka_counting *counting, struct lka_error *error);

/* Sets what the options do not give to what `parameters` says, those in lifecycle's document. */
lka_status lka_counting_inherit(struct lka_options *options, const json_t *parameters, struct lka_error *error);

#endif
