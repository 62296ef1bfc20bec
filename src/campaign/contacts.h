/* campaign/contacts.h: the contacts as `lifecycle` left them: who is inactive, in which segment, under which e-mail,
 * and where they may be advertised to. */
#ifndef LKA_CAMPAIGN_CONTACTS_H
#define LKA_CAMPAIGN_CONTACTS_H

#include "campaign/index.h"
#include "campaign/terms.h"
#include "eligibility/suppression.h"
#include "identity/forms.h"
#include "source/open.h"

struct lka_onboarded {
    struct lka_span id;
    uint32_t segment; /* in `segments` */
    bool inactive;
    bool suppressed;
    bool advertising;         /* may be advertised to anywhere */
    struct lka_span consents; /* where not: the list, which may name platforms */
};

struct lka_contacts {
    struct lka_onboarded *items;
    size_t count;
    size_t capacity;
    struct lka_terms segments;
    struct lka_index by_id;
    struct lka_index by_email; /* SHA-256 of every form of the e-mail; LKA_SHARED where several have it */
    uint64_t shared_emails;    /* forms that several contacts have */
    struct lka_arena arena;
};

#define LKA_SHARED (LKA_NOBODY - 1)

/* Opens contacts.csv in the directory that lifecycle wrote, or `path` itself if it is a file. */
lka_status lka_contacts_open(const char *path, const struct lka_options *options, bool twice, struct lka_table *table,
                             struct lka_error *error);

/* `form` is called for every form of every contact's e-mail; NULL: nobody wants to know. */
typedef lka_status (*lka_onboarded_form)(void *user, uint32_t contact, const struct lka_form *form,
                                         struct lka_error *error);

/* Reads all rows of an opened table. LKA_USAGE without the columns segment and inactive; a contact that comes twice is
 * rejected, or LKA_DATA. */
lka_status lka_contacts_read(struct lka_table *table, const struct lka_suppression *suppression,
                             const struct lka_session *session, lka_onboarded_form form, void *user,
                             struct lka_contacts *contacts, struct lka_error *error);
void lka_contacts_release(struct lka_contacts *contacts);

/* LKA_NOBODY if there is none. */
uint32_t lka_contacts_find(const struct lka_contacts *contacts, struct lka_span id);
/* By 64 hexadecimal digits; LKA_SHARED if several have it. */
uint32_t lka_contacts_by_email(const struct lka_contacts *contacts, struct lka_span sha256);

/* May the contact be advertised to on the platform (empty: on none in particular)? */
bool lka_onboarded_consents(const struct lka_onboarded *contact, struct lka_span platform);

#endif
