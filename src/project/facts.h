/* project/facts.h: a stage's document in one line. */
#ifndef LKA_PROJECT_FACTS_H
#define LKA_PROJECT_FACTS_H

#include "base/text.h"
#include "project/stages.h"

#include <jansson.h>

/* "174 seeds, 5,648 prospects, family logistic". */
void lka_facts_tell(const struct lka_stage *stage, const json_t *document, struct lka_text *text);

#endif
