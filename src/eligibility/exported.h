/* eligibility/exported.h: the export ledger: whom each `export --workspace` told a platform to add, and whom to remove.
 *
 *     exports           id, run, platform, format, rule (version), day (YYYY-MM-DD), audience (path), parameters (JSON)
 *     exported_people   person, export, removed (0: added, 1: removed)      some 27 bytes a row on the disk
 *
 * A person is the first 16 bytes of the HMAC, under the workspace's key, of the canonical identity of the row that was
 * sent (eligibility/person.h, lka_person_canonical): the first 16 bytes of the `person` of an audience's ledger. A row
 * without an e-mail is thus known by its phone, and so on: who asks with a row that has more identifiers than the one
 * that was sent asks by each of its forms (lka_known_key_of gives the same 16 bytes).
 *
 * How often was a person sent to a platform since a day?
 *
 *     struct lka_exported_asking asking;
 *     lka_exported_ask(workspace, "meta", "2026-10-01", &asking, error);      platform NULL: all of them
 *     lka_exported_times(&asking, person, &times, error);                     once a person
 *     lka_exported_asking_release(&asking);
 *
 * or, of everybody in one go, in the order of the keys:
 *
 *     SELECT person, count(*) FROM exported_people JOIN exports ON id = export
 *     WHERE removed = 0 AND platform = ?1 AND day >= ?2 GROUP BY person
 *
 * With --previous an export tells the changes alone: whoever was told before and stays is not sent again, and has no
 * row.
 */
#ifndef LKA_ELIGIBILITY_EXPORTED_H
#define LKA_ELIGIBILITY_EXPORTED_H

#include "eligibility/known.h"
#include "store/workspace.h"

/* People in any order, each as often as they come: 16 bytes a person. {0} is an empty one. */
struct lka_exported_people {
    struct lka_known_key *items;
    size_t count;
    size_t capacity;
};
lka_status lka_exported_add(struct lka_exported_people *people, const uint8_t person[16], struct lka_error *error);
void lka_exported_release(struct lka_exported_people *people);

struct lka_export_run {
    const char *run; /* of the same inputs, rules and parameters: the same */
    const char *platform;
    const char *format;
    const char *rule;
    const char *day;
    const char *audience;   /* store/artefacts.h: its name */
    const char *parameters; /* JSON */
};

/* In an open transaction. A run that is recorded already changes nothing (*recorded false). Sorts the people; who is
 * both removed and added was added. */
lka_status lka_exported_record(struct lka_workspace *workspace, const struct lka_export_run *run,
                               struct lka_exported_people *added, struct lka_exported_people *removed, bool *recorded,
                               struct lka_error *error);

struct lka_exported_asking {
    struct lka_statement *statement;
};
lka_status lka_exported_ask(struct lka_workspace *workspace, const char *platform, const char *since,
                            struct lka_exported_asking *asking, struct lka_error *error);
lka_status lka_exported_times(struct lka_exported_asking *asking, const uint8_t person[16], uint64_t *times,
                              struct lka_error *error);
void lka_exported_asking_release(struct lka_exported_asking *asking); /* {0} is fine */

#endif
