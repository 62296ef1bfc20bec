/* cli/document.h: reading a stage's document, and the parts of a summary that several commands show. Whatever a
 * document does not hold is not shown. */
#ifndef LKA_CLI_DOCUMENT_H
#define LKA_CLI_DOCUMENT_H

#include "cli/cli.h"

/* The value at "train.seeds.rows"; NULL if there is none. */
const json_t *cli_at(const json_t *document, const char *path);
const char *cli_text(const json_t *document, const char *path); /* "" if there is none */
double cli_number(const json_t *document, const char *path);    /* 0 if there is none */

/* 5648 as "5,648"; .07 as "7%", .004 as "0.4%". All return `buffer`. */
const char *cli_count(double number, char buffer[32]);
const char *cli_percent(double share, char buffer[32]);

/* Label and text of a summary's line: "  seeds   174 used of 174". */
void cli_label(FILE *out, const char *label);

/* The parts: `train`, `score`, `evaluation` are those objects of a document, or NULL. */
void cli_show_sides(FILE *out, const json_t *seeds, const json_t *pool);
/* "left out: 12 seeds, 30 no profiling consent", from "left_out"; nothing when nobody was. */
void cli_show_left_out(FILE *out, const json_t *counts);
void cli_show_columns(FILE *out, const json_t *columns);
void cli_show_family(FILE *out, const json_t *family);
void cli_show_auc(FILE *out, const json_t *evaluation);
void cli_show_tiers(FILE *out, const json_t *evaluation, const char *heading);
/* The same of a whole training, whatever it learned from: tables, weights (NULL: none), tiers. */
void cli_show_learned_from(FILE *out, const json_t *train);
void cli_show_effective(FILE *out, const json_t *train);
void cli_show_weights(FILE *out, const json_t *weights);
void cli_show_quality(FILE *out, const json_t *train);
/* What sets the top apart from the pool; nothing where nothing is known. */
void cli_show_profile(FILE *out, const json_t *score);
/* The whole report on the seeds; NULL: none. */
void cli_show_seeds_report(FILE *out, const json_t *report);
/* One line for drift and warnings. `score` NULL: no drift. */
void cli_show_concerns(FILE *out, const json_t *score, const json_t *const *warning_lists, size_t count);
/* "wrote ranked.csv (57 rows) in 0.8 s" */
void cli_show_written(FILE *out, const char *file, const json_t *rows, const json_t *seconds);

/* A text, a number ("5,648"), yes or no. */
void cli_show_scalar(FILE *out, const json_t *value);

#endif
