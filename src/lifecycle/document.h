/* lifecycle/document.h: lifecycle.json. */
#ifndef LKA_LIFECYCLE_DOCUMENT_H
#define LKA_LIFECYCLE_DOCUMENT_H

#include "lifecycle/stage.h"

/* Everything that does not vary from run to run. Decref *document. */
lka_status lka_lifecycle_document(const struct lka_lifecycle *stage, json_t **document, struct lka_error *error);

#endif
