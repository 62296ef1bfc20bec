/* lookalike.h: the whole public interface, in the order in which data flows.
 *
 * A tour. The program below makes a small world, ranks its pool by likeness to its seeds, keeps the model, and asks the
 * model how it was chosen. `make check` takes it out of this comment, compiles and runs it.
 *
 *     #include <lookalike/lookalike.h>
 *     #include <stdio.h>
 *
 *     // One stage: options by key, as on the command line; a document (JSON) comes back.
 *     static int run(const struct lka_param_table *table,
 *                    lka_status (*stage)(const struct lka_options *, const struct lka_session *, char **,
 *                                        struct lka_error *),
 *                    const char *const *settings)
 *     {
 *         struct lka_error error = {0};
 *         struct lka_options *options = NULL;
 *         char *document = NULL;
 *         lka_status status = lka_options_new(table, &options, &error);
 *         for (size_t i = 0; settings[i] && status == LKA_OK; i += 2) {
 *             status = lka_options_set(options, settings[i], settings[i + 1], &error);
 *         }
 *         if (status == LKA_OK) {
 *             status = stage(options, NULL, &document, &error); // NULL: no session, so no progress and no log
 *         }
 *         if (status != LKA_OK) {
 *             char text[2048];
 *             fprintf(stderr, "%s\n", lka_error_format(&error, text, sizeof text));
 *         }
 *         lka_free(document);
 *         lka_options_free(options);
 *         return lka_exit_code(status);
 *     }
 *
 *     int main(void)
 *     {
 *         static const char *const world[] = {"seeds-count", "200", "prospects", "5000", "out", "world", NULL};
 *         static const char *const match[] = {"seeds", "world/seeds.csv", "pool", "world/pool.csv", "top", "5%",
 *                                             "family", "logistic", "out", "ranked.csv", "save-model",
 *                                             "model.safetensors", NULL};
 *         lka_init();
 *         int failed = run(&lka_simulate_pool_params, lka_simulate_pool, world);
 *         failed = failed ? failed : run(&lka_match_params, lka_match, match);
 *
 *         // The model: read-only, shared by any number of threads.
 *         struct lka_model *model = NULL;
 *         char *card = NULL;
 *         if (!failed && lka_model_open("model.safetensors", &model, NULL) == LKA_OK &&
 *             lka_model_card(model, &card, NULL) == LKA_OK) {
 *             puts(card);
 *         }
 *         lka_free(card);
 *         lka_model_close(model);
 *         return failed;
 *     }
 */
#ifndef LOOKALIKE_H
#define LOOKALIKE_H

#include "lookalike/base.h"
#include "lookalike/table.h"
#include "lookalike/identity.h"
#include "lookalike/eligibility.h"
#include "lookalike/simulate.h"
#include "lookalike/lifecycle.h"
#include "lookalike/value.h"
#include "lookalike/campaign.h"
#include "lookalike/features.h"
#include "lookalike/train.h"
#include "lookalike/score.h"
#include "lookalike/audience.h"
#include "lookalike/export.h"
#include "lookalike/erase.h"
#include "lookalike/project.h"

#endif
