/* export/ledger.h: the workspace's export ledger (eligibility/exported.h) while it is written: people as their rows
 * are, one platform after the other, then each platform's run. */
#ifndef LKA_EXPORT_LEDGER_H
#define LKA_EXPORT_LEDGER_H

#include "eligibility/exported.h"
#include "export/document.h"

struct lka_export_ledger {
    struct lka_workspace *workspace; /* opened for writing */
    struct lka_hmac hmac;
    struct lka_exported_people added;
    struct lka_exported_people removed;
    struct lka_text canonical;
    uint64_t nameless; /* rows without e-mail, phone, MAID and id: nobody can find them again */
};

/* LKA_USAGE if the workspace has lost its key. */
lka_status lka_export_ledger_open(struct lka_export_ledger *ledger, struct lka_workspace *workspace,
                                  struct lka_error *error);
void lka_export_ledger_close(struct lka_export_ledger *ledger); /* {0} is fine */
void lka_export_ledger_clear(struct lka_export_ledger *ledger);

/* The person of a row, and that what there is of them was written. */
struct lka_export_person_key {
    uint8_t bytes[16];
    bool named; /* false: a row without anything that tells who it is */
};
lka_status lka_export_ledger_key(struct lka_export_ledger *ledger, const struct lka_export_table *audience, size_t row,
                                 struct lka_export_person_key *key, struct lka_error *error);
lka_status lka_export_ledger_add(struct lka_export_ledger *ledger, const struct lka_export_person_key *key,
                                 bool removes, struct lka_error *error);
/* Asks whom the platform was given. Nothing is opened where the workspace remembers no export of the audience to it:
 * then nobody can tell. */
lka_status lka_export_ledger_ask(const struct lka_export_ledger *ledger, const struct lka_export_table *audience,
                                 const char *platform, struct lka_exported_asking *asking, struct lka_error *error);
/* Was anybody erased since the audience was exported to the platform? */
lka_status lka_export_ledger_erased_since(const struct lka_export_ledger *ledger,
                                          const struct lka_export_table *audience, const char *platform, bool *some,
                                          struct lka_error *error);
/* What was added, as the run of one platform; in an open transaction. */
lka_status lka_export_ledger_record(struct lka_export_ledger *ledger, const struct lka_export_facts *facts,
                                    struct lka_export_report *report, struct lka_error *error);

#endif
