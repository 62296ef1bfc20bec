/* campaign/paths.h: the ways on which inactive contacts are invited back: which identities a path can use, what a
 * contact costs on it, how many it may take. Three are built in; a file names those that are used and changes or adds
 * some:
 *
 *     paths:
 *       lead_ad: {cost: 1.2, cap: 20000}        a built-in one, with values of its own
 *       banner:                                 a built-in one as it is
 *       audio:                                  a new one
 *         id_types: [maid, cookie]
 *         platforms: [spotify]
 *         cost: 0.4
 *
 *     built in          id_types                  platforms   cost
 *     lead_ad           email, phone, platform    any         1      an ad with a form in it, on a social network
 *     sponsored_post    email, phone, platform    any         1      a post that leads to a registration page
 *     banner            cookie, maid              any         1      a banner that leads there
 */
#ifndef LKA_CAMPAIGN_PATHS_H
#define LKA_CAMPAIGN_PATHS_H

#include "campaign/terms.h"

#include <jansson.h>

/* The types of the identities table. */
enum lka_identity_type {
    LKA_IDENTITY_EMAIL,
    LKA_IDENTITY_PHONE,
    LKA_IDENTITY_COOKIE,
    LKA_IDENTITY_MAID,
    LKA_IDENTITY_PLATFORM,
    LKA_IDENTITY_TYPES
};
extern const char *const lka_identity_type_names[LKA_IDENTITY_TYPES];
/* LKA_IDENTITY_TYPES if there is no such type. */
enum lka_identity_type lka_identity_type_of(struct lka_span name);

enum { LKA_PATHS_MOST = 32 }; /* a set of paths is a mask */

struct lka_path {
    char *name;
    uint32_t id_types;          /* mask of 1 << type */
    struct lka_terms platforms; /* none: any */
    int64_t cost;               /* of a contact, in millionths of the budget's unit */
    uint64_t cap;               /* contacts; UINT64_MAX: none */
};

struct lka_paths {
    struct lka_path items[LKA_PATHS_MOST];
    size_t count;
};

/* `file` NULL: the built-in ones. All errors of a file in one go (LKA_USAGE). */
lka_status lka_paths_load(const char *file, struct lka_paths *paths, struct lka_error *error);
/* The same of bytes. */
lka_status lka_paths_read(const char *yaml, size_t length, const char *file, struct lka_paths *paths,
                          struct lka_error *error);
void lka_paths_release(struct lka_paths *paths);

bool lka_path_takes(const struct lka_path *path, enum lka_identity_type type, struct lka_span platform);

/* {"lead_ad": {"id_types": [...], "platforms": [...], "cost": 1, "cap": null}}; NULL when memory is short. */
json_t *lka_paths_json(const struct lka_paths *paths);

#endif
