/* lookalike/project.h: several stages in one go. */
#ifndef LOOKALIKE_PROJECT_H
#define LOOKALIKE_PROJECT_H

#include "lookalike/score.h"

#ifdef __cplusplus
extern "C" {
#endif

/* `lookalike match`: train on --seeds and --pool, then score the pool: the main job in one command. The pool is read
 * twice (stdin is spooled). --save-model keeps the model. *summary holds the documents of train and score;
 * free it with lka_free. Errors as of lka_train and lka_score. */
LKA_API extern const struct lka_param_table lka_match_params;
LKA_API LKA_MUST_USE lka_status lka_match(const struct lka_options *options, const struct lka_session *session,
                                          char **summary, struct lka_error *error);

/* `lookalike run`: the stages that a project file names, in the order of the flow, each with what its block says; what
 * it says nothing about comes from the stages before and from the sources (see docs/project.md, which describes the
 * file). A stage whose parameters, inputs (by content) and output did not change since it was last run by the same
 * version is not run again. That is written down in OUT/.run.json after each stage, so that a run that ends in between
 * goes on from there.
 *
 *   --from, --only   that stage and all behind it, or it alone, unchanged or not
 *   --dry-run        checks everything and tells what would be run
 *
 * session->log gets a line a stage: its name, and what it did in numbers. *summary: {"project", "out", "stages":
 * [{"stage", "status": ran, unchanged or would run, "told", "out", "seconds", "warnings"}], "seconds"}; free it with
 * lka_free. Errors: LKA_USAGE for the file, with everything that is wrong in it (file:line:column, the value, what is
 * allowed, the nearest key), or if another run is at work in OUT; else the status of the stage that failed, its name
 * before the message; the stages before it stay done. */
LKA_API extern const struct lka_param_table lka_run_params;
LKA_API LKA_MUST_USE lka_status lka_run(const struct lka_options *options, const struct lka_session *session,
                                        char **summary, struct lka_error *error);

#ifdef __cplusplus
}
#endif
#endif
