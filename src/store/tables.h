/* store/tables.h: every table of state.sqlite, said once: what makes it, since which version of the schema it is there, and
 * its person key: the column by which a person's rows are found and erased ("" where it holds nobody). "contact, person": either
 * of them; who has one value of the row has the other. "contact < key": rows are erased by the contact, whom a key tells, too,
 * if that key is nobody else's. Once a version was
 * released, what it has is not changed here alone: a new version adds tables with its number, and says in LKA_MIGRATIONS how
 * the tables of the version before become its own. A workspace gets all of it, in one transaction, when it is next opened
 * for writing.
 */
#ifndef LKA_STORE_TABLES_H
#define LKA_STORE_TABLES_H

enum { LKA_SCHEMA_VERSION = 2, LKA_APPLICATION_ID = 0x4c4b4131 /* "LKA1" */ };

/* X(name, person key, version, columns and constraints) */
#define LKA_TABLES(X)                                                                                                            \
    /* Facts of the workspace itself: the fingerprint of its key, say. */                                                        \
    X(facts, "", 1, "(name TEXT PRIMARY KEY, value TEXT NOT NULL)")                                                              \
    /* What was done, once it was: the same stage, day, parameters and inputs again change nothing. */                           \
    X(runs, "", 1,                                                                                                               \
      "(id INTEGER PRIMARY KEY, stage TEXT NOT NULL, as_of TEXT NOT NULL, parameters TEXT NOT NULL, "                            \
      "inputs TEXT NOT NULL, UNIQUE (stage, as_of, parameters, inputs))")                                                        \
    /* store/history.h */                                                                                                        \
    X(history, "person", 1,                                                                                                      \
      "(name TEXT NOT NULL, person TEXT NOT NULL, value TEXT NOT NULL, valid_from TEXT NOT NULL, "                               \
      "valid_to TEXT NOT NULL, PRIMARY KEY (name, person, valid_from)) WITHOUT ROWID")                                           \
    X(history_days, "", 1, "(name TEXT NOT NULL, day TEXT NOT NULL, PRIMARY KEY (name, day)) WITHOUT ROWID")                     \
    /* store/events.h: the archive's files; the people in them are found by contact id. */                                       \
    X(event_segments, "", 1,                                                                                                     \
      "(name TEXT PRIMARY KEY, month TEXT NOT NULL, rows INTEGER NOT NULL, bytes INTEGER NOT NULL, "                             \
      "sha256 TEXT NOT NULL)")                                                                                                   \
    /* eligibility/suppression.h: what was imported when, without the people. */                                                 \
    X(suppression_imports, "", 1,                                                                                                \
      "(id INTEGER PRIMARY KEY, day TEXT NOT NULL, input TEXT NOT NULL, rows INTEGER NOT NULL, "                                 \
      "forms INTEGER NOT NULL, added INTEGER NOT NULL)")                                                                         \
    X(suppression_kinds, "", 1,                                                                                                  \
      "(import INTEGER NOT NULL REFERENCES suppression_imports (id), kind TEXT NOT NULL, "                                       \
      "identifiers INTEGER NOT NULL, forms INTEGER NOT NULL, PRIMARY KEY (import, kind)) WITHOUT ROWID")                         \
    /* campaign/state.h: who was onboarded ("gone": was once), by which keys they are found again (HMACs), what they are      \
     * reached by. */  \
    X(campaign_contacts, "contact", 1,                                                                                           \
      "(contact TEXT PRIMARY KEY, segment TEXT NOT NULL, inactive INTEGER NOT NULL, gone INTEGER NOT NULL) "                     \
      "WITHOUT ROWID")                                                                                                           \
    X(campaign_keys, "contact < key", 1,                                                                                         \
      "(key BLOB NOT NULL, contact TEXT NOT NULL, PRIMARY KEY (key, contact)) WITHOUT ROWID")                                    \
    X(campaign_reach, "contact", 1,                                                                                              \
      "(contact TEXT NOT NULL, id_type TEXT NOT NULL, platform TEXT NOT NULL, "                                                  \
      "PRIMARY KEY (contact, id_type, platform)) WITHOUT ROWID")                                                                 \
    /* campaign/waves.h: each wave that was drawn, and who was assigned where. */                                                \
    X(campaign_waves, "", 1,                                                                                                     \
      "(wave INTEGER PRIMARY KEY, parameters TEXT NOT NULL, document TEXT NOT NULL, "                                            \
      "observed INTEGER NOT NULL)")                                                                                              \
    X(campaign_allocations, "contact", 1,                                                                                        \
      "(contact TEXT NOT NULL, wave INTEGER NOT NULL, segment TEXT NOT NULL, path TEXT NOT NULL, "                               \
      "millionths INTEGER NOT NULL, PRIMARY KEY (contact, wave)) WITHOUT ROWID")                                                 \
    /* campaign/registration.h: `contact` is empty, and `person` an HMAC, for people who are new. */                             \
    X(campaign_registrations, "contact, person", 1,                                                                              \
      "(row BLOB NOT NULL UNIQUE, person BLOB NOT NULL, contact TEXT NOT NULL, segment TEXT NOT NULL, "                          \
      "new_email TEXT NOT NULL, path TEXT NOT NULL, time INTEGER NOT NULL, matched_by INTEGER NOT NULL, "                        \
      "opt_in INTEGER NOT NULL, inactive INTEGER NOT NULL, PRIMARY KEY (contact, row)) WITHOUT ROWID")                           \
    X(campaign_facts, "", 1, "(name TEXT PRIMARY KEY, value TEXT NOT NULL)")                                                     \
    /* audience/entrants.h: who entered a campaign's audience, in which arm, and by which keys (HMACs) they are met again. */    \
    X(audience_people, "person", 1,                                                                                              \
      "(campaign TEXT NOT NULL, person TEXT NOT NULL, holdout INTEGER NOT NULL, probability REAL NOT NULL, "                     \
      "path TEXT NOT NULL, path_probability REAL NOT NULL, first_entry TEXT NOT NULL, "                                          \
      "PRIMARY KEY (campaign, person)) WITHOUT ROWID")                                                                           \
    X(audience_keys, "person < key", 1,                                                                                          \
      "(campaign TEXT NOT NULL, key BLOB NOT NULL, person TEXT NOT NULL, PRIMARY KEY (campaign, key)) WITHOUT ROWID")            \
    /* eligibility/exported.h: each export to a platform, and whom it told the platform to add or remove (HMACs). */             \
    X(exports, "", 2,                                                                                                            \
      "(id INTEGER PRIMARY KEY, run TEXT NOT NULL UNIQUE, platform TEXT NOT NULL, format TEXT NOT NULL, "                        \
      "rule TEXT NOT NULL, day TEXT NOT NULL, audience TEXT NOT NULL, parameters TEXT NOT NULL)")                                \
    X(exported_people, "person", 2,                                                                                              \
      "(person BLOB NOT NULL, export INTEGER NOT NULL REFERENCES exports (id), removed INTEGER NOT NULL, "                       \
      "PRIMARY KEY (person, export)) WITHOUT ROWID")                                                                             \
    /* eligibility/erased.h: by what those who were erased would be met again (HMACs). Erasure keeps it, as it keeps           \
     * suppression.bin: it is what it is done with. */ \
    X(erased, "", 2, "(key BLOB PRIMARY KEY, day TEXT NOT NULL) WITHOUT ROWID")                                                  \
    /* erase/keys.h: by what the people of an erasure are met, from before its first file is rewritten until it is done. */      \
    X(erasing, "", 2, "(request TEXT NOT NULL, key NOT NULL, PRIMARY KEY (request, key)) WITHOUT ROWID")                         \
    /* train/met.h: whom a model was learned from (HMACs), by the model's hash; and which models have to be learned again. */    \
    X(model_people, "person", 2,                                                                                                 \
      "(person BLOB NOT NULL, model TEXT NOT NULL, PRIMARY KEY (person, model)) WITHOUT ROWID")                                  \
    X(retraining, "", 2, "(model TEXT PRIMARY KEY, since TEXT NOT NULL) WITHOUT ROWID")                                          \
    /* What was made of people and stands elsewhere: models, audiences. */                                                       \
    X(artefacts, "", 1, "(path TEXT PRIMARY KEY, kind TEXT NOT NULL, hash TEXT NOT NULL, made_by TEXT NOT NULL)")                \
    /* The model that scores, by what it is for (score/champion.h): `score`, and `challenge` for the last one tried. */          \
    X(champion, "", 1,                                                                                                           \
      "(purpose TEXT PRIMARY KEY, path TEXT NOT NULL REFERENCES artefacts (path), since TEXT NOT NULL)")

/* X(version, SQL): what leads to the version, in order. */
#define LKA_MIGRATIONS(X)

#endif
