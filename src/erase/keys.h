/* erase/keys.h: by what the people who are to be erased are met: ids and forms as files have them, keyed hashes as the
 * workspace has them. What tells one of them tells the others: an e-mail the contact, the contact their registrations.
 *
 * A phone is shared by families. It finds somebody only where it was all that was given, and one person alone has it.
 */
#ifndef LKA_ERASE_KEYS_H
#define LKA_ERASE_KEYS_H

#include "eligibility/erased.h"
#include "export/seen.h"

/* By what one of the people who were asked for is known. */
struct lka_erase_name {
    struct lka_hash128 name;
    uint32_t person;
};

struct lka_erase_keys {
    struct lka_workspace *workspace;
    struct lka_hmac hmac;
    struct lka_seen set; /* ids with their numbering, forms, keyed hashes */
    struct lka_statement
        *put; /* into the temporary table erase_keys (key, lone), which the workspace's are compared with */
    struct lka_known_key *kept; /* for the table `erased` */
    size_t kept_count;
    size_t kept_capacity;
    bool resumed;   /* ids may be known by their keyed hash alone */
    bool keeps_all; /* every key is kept, and not the contacts' ids alone */
    uint64_t phones;
    struct lka_erase_name *names;
    size_t name_count;
    size_t name_capacity;
    uint32_t person;      /* whose keys are added; from 1, 0: nobody's who was asked for */
    struct lka_seen lone; /* phones that were all that was given */
    struct lka_erase_share {
        struct lka_hash128 phone;
        struct lka_form form;
    } * shares;             /* e-mails that rows have beside such a phone */
    struct lka_seen shared; /* the same, to have each once */
    size_t share_count;
    size_t share_capacity;
    struct lka_seen found; /* names that something was found by */
};

/* In an open transaction. */
lka_status lka_erase_keys_open(struct lka_erase_keys *keys, struct lka_workspace *workspace, bool keeps_all,
                               struct lka_error *error);
void lka_erase_keys_close(struct lka_erase_keys *keys); /* {0} is fine */

lka_status lka_erase_keys_add_id(struct lka_erase_keys *keys, const char *numbering, struct lka_span id,
                                 struct lka_error *error);
/* `finds` false: the form is kept, and finds nobody. `lone`: it finds somebody if it is one person's. */
lka_status lka_erase_keys_add_form(struct lka_erase_keys *keys, const struct lka_form *form, bool finds, bool lone,
                                   struct lka_error *error);
lka_status lka_erase_keys_add_maid(struct lka_erase_keys *keys, struct lka_span maid, struct lka_error *error);

/* A row has the phone, which was all that was given, and this e-mail. Once all were seen, lka_erase_keys_settle takes
 * for the person whoever is alone with the phone; *shared: phones of several people. */
lka_status lka_erase_keys_share(struct lka_erase_keys *keys, const struct lka_form *phone, struct lka_span email,
                                struct lka_error *error);
lka_status lka_erase_keys_settle(struct lka_erase_keys *keys, uint64_t *shared, struct lka_error *error);

/* Goes through the links that the workspace's tables declare until nothing new is found. */
lka_status lka_erase_keys_follow(struct lka_erase_keys *keys, struct lka_error *error);

/* What is asked for and there counts as found. */
lka_status lka_erase_keys_has_id(struct lka_erase_keys *keys, const char *numbering, struct lka_span id, bool *has,
                                 struct lka_error *error);
/* By itself, or by its keyed hash. LKA_MEMORY if libcrypto fails. */
lka_status lka_erase_keys_has_form(struct lka_erase_keys *keys, const struct lka_form *form, bool *has,
                                   struct lka_error *error);
/* A keyed hash in hexadecimal digits: the first 32 count. */
lka_status lka_erase_keys_has_hex(struct lka_erase_keys *keys, struct lka_span hex, bool *has, struct lka_error *error);

/* The name of a form in the sets. */
struct lka_hash128 lka_erase_name_of_form(const struct lka_form *form);
lka_status lka_erase_keys_has_key(struct lka_erase_keys *keys, const uint8_t key[16], bool *has,
                                  struct lka_error *error);
/* Takes over what a query finds: a key, and whether it is a text (a contact's id, a person's HMAC). *some: it found
 * any. */
lka_status lka_erase_keys_absorb(struct lka_erase_keys *keys, struct lka_statement *rows, bool *some,
                                 struct lka_error *error);

/* What was learned is kept in the workspace until the erasure is done: the files that it was learned from are rewritten
 * before. A second run of the same request (keys.h: its digest) begins with it. *others: erasures that did not end. */
lka_status lka_erase_keys_resume(struct lka_erase_keys *keys, const char *request, uint64_t *others,
                                 struct lka_error *error);
lka_status lka_erase_keys_keep(struct lka_erase_keys *keys, const char *request, struct lka_error *error);
lka_status lka_erase_keys_forget(struct lka_erase_keys *keys, const char *request, struct lka_error *error);

/* How many of the people nothing was found of, once everything was searched. */
lka_status lka_erase_keys_unknown(struct lka_erase_keys *keys, uint64_t *unknown, struct lka_error *error);

/* A sum over all keys that does not depend on their order: which people these are, to whoever has the workspace's
 * key. */
void lka_erase_keys_digest(const struct lka_erase_keys *keys, char hex[33]);

#endif
