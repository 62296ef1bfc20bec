#include "store/events.h"

#include "base/error.h"
#include "base/hash.h"
#include "source/open.h"
#include "eligibility/erased.h"
#include "store/archive.h"
#include "store/event_part.h"
#include "store/event_rows.h"
#include "store/parts.h"

/* A part that is too large is dealt again by the hash's next byte, to this depth: beyond it, it is one contact's. */
enum { DEPTH = 4, LEAST_MEMORY = 1 << 17 };

/* The parts of one depth, by the byte of the hash at it. */
struct level {
    struct lka_parts parts;
    size_t next;
};

struct lka_events {
    const struct lka_session *session;
    struct lka_workspace *workspace; /* NULL: none */
    struct lka_known erased;
    int64_t until;
    uint64_t memory;
    char *temporary;
    struct lka_shapes shapes;
    struct level levels[DEPTH];
    size_t depth;                /* levels in use */
    struct lka_part_bytes bytes; /* of the part */
    struct lka_event_part part;
    struct lka_events_counts counts;
    bool counted;  /* one pass has seen all */
    bool archived; /* the archive has all */
    char digest[33];
};

/* ---- memory --------------------------------------------------------------------------------------
 * An eighth for words, at most as much for shapes, the rest (half, where an archive needs some, too) for the parts while
 * they are filled; once they were spilled, up to half for a part's bytes and its entries, the rest for those of one
 * contact. */

static size_t budget_of(const struct lka_events *events, size_t depth)
{
    uint64_t first = events->workspace ? events->memory / 2 : events->memory - events->memory / 8;
    return (size_t)(depth == 0 ? first : events->memory / 4);
}

/* Beside what is held, a part's bytes are copied, and there are entries of their records, for which as much is reckoned. */
static bool leaves_room(const struct lka_events *events, const struct lka_parts *parts)
{
    uint64_t largest = 0;
    for (size_t i = 0; i < parts->count; i++) {
        largest = parts->items[i].total > largest ? parts->items[i].total : largest;
    }
    return parts->held + lka_shapes_held(&events->shapes) + 2 * largest <= events->memory;
}

static bool is_too_large(const struct lka_events *events, const struct lka_part *part)
{
    return part->stretch_count > 0 && part->total > events->memory / 8;
}

/* ---- reading ---------------------------------------------------------------------------------- */

static lka_status read_source(struct lka_events *events, struct lka_source *source, const struct lka_list *roles,
                              bool archived, struct lka_error *error)
{
    struct lka_event_rows rows = {.roles = roles,
                                  .archived = archived,
                                  .shapes = &events->shapes,
                                  .parts = &events->levels[0].parts,
                                  .session = events->session};
    return lka_event_rows_read(&rows, source, error);
}

static lka_status read_opened(struct lka_events *events, struct lka_source *source,
                              const struct lka_events_options *options, struct lka_error *error)
{
    if (options->rejected && lka_source_reads(source, options->rejected)) {
        return lka_fail(error, LKA_USAGE,
                        "\"%.200s\" is read as a table, and is where rejected rows go; give it another name",
                        options->rejected);
    }
    LKA_TRY(read_source(events, source, options->roles, false, error));
    struct lka_source_counts counts = lka_source_counts(source);
    events->counts.read = counts.rows;
    events->counts.rejected = counts.rejected;
    lka_source_digest(source, events->digest);
    return lka_source_finish(source, error);
}

static lka_status read_tables(struct lka_events *events, const struct lka_events_options *options,
                              struct lka_error *error)
{
    lka_hash128_bytes("", 0, events->digest);
    if (options->path_count == 0) {
        return LKA_OK;
    }
    struct lka_source_options wanted = {
        .max_field = options->max_field,
        .max_bad_rows = options->max_bad_rows,
        .rejected = options->rejected,
        .temporary_directory = options->temporary,
    };
    LKA_TRY(lka_separator_parse(options->separator, &wanted.separator, error));
    struct lka_source *source;
    LKA_TRY(lka_source_open(options->paths, options->path_count, &wanted, &source, error));
    lka_status status = read_opened(events, source, options, error);
    lka_source_close(source);
    return status;
}

/* The archive's fields may be as long as any table's were. */
static lka_status read_segments(struct lka_events *events, const struct lka_segments *segments, const char **paths,
                                struct lka_error *error)
{
    uint64_t published = 0;
    for (size_t i = 0; i < segments->count; i++) {
        paths[i] = segments->items[i].path;
        published += segments->items[i].rows;
    }
    struct lka_source_options wanted = {.separator = ',', .max_field = UINT32_MAX - 1};
    struct lka_source *source;
    LKA_TRY(lka_source_open(paths, segments->count, &wanted, &source, error));
    lka_status status = read_source(events, source, NULL, true, error);
    events->counts.archive = lka_source_counts(source).rows;
    lka_source_close(source);
    if (status == LKA_OK && events->counts.archive != published) {
        return lka_fail(error, LKA_DATA,
                        "%s/events: the segments hold %llu events, and state.sqlite says %llu; bring the files back as "
                        "they were",
                        lka_workspace_path(events->workspace), (unsigned long long)events->counts.archive,
                        (unsigned long long)published);
    }
    return status;
}

static lka_status read_archive(struct lka_events *events, struct lka_error *error)
{
    struct lka_segments segments = {0};
    const char **paths = NULL;
    if (!events->workspace) {
        return LKA_OK;
    }
    int hold;
    LKA_TRY(lka_segments_hold(events->workspace, &hold, error));
    lka_status status = lka_segments_init(&segments, events->workspace, error);
    if (status == LKA_OK) {
        status = LKA_NEW(paths, segments.count, error);
    }
    if (status == LKA_OK && segments.count > 0) {
        status = read_segments(events, &segments, paths, error);
    }
    lka_segments_let_go(hold);
    lka_free(paths);
    lka_segments_release(&segments);
    return status;
}

/* ---- opening ---------------------------------------------------------------------------------- */

static lka_status take_options(struct lka_events *events, const struct lka_events_options *options,
                               struct lka_error *error)
{
    events->until = options->until;
    events->memory = options->memory > LEAST_MEMORY ? options->memory : LEAST_MEMORY;
    LKA_TRY(lka_shapes_init(&events->shapes, (size_t)(events->memory / 8), error));
    events->part.shapes = &events->shapes;
    events->temporary = lka_copy_string(options->temporary);
    if (options->temporary && !events->temporary) {
        return lka_fail_memory(error, strlen(options->temporary) + 1);
    }
    events->depth = 1;
    return lka_parts_init(&events->levels[0].parts, LKA_EVENT_WAYS, budget_of(events, 0), events->temporary, error);
}

static lka_status read_all(struct lka_events *events, const struct lka_events_options *options, struct lka_error *error)
{
    LKA_TRY(take_options(events, options, error));
    LKA_TRY(lka_erased_open(events->workspace, &events->erased, error));
    LKA_TRY(read_archive(events, error));
    LKA_TRY(read_tables(events, options, error));
    struct lka_parts *parts = &events->levels[0].parts;
    return lka_parts_settle(parts, !leaves_room(events, parts), error);
}

lka_status lka_events_open(const struct lka_events_options *options, struct lka_workspace *workspace,
                           const struct lka_session *session, struct lka_events **events, struct lka_error *error)
{
    *events = NULL;
    struct lka_events *opened;
    LKA_TRY(LKA_NEW(opened, 1, error));
    opened->session = session;
    opened->workspace = workspace;
    lka_status status = read_all(opened, options, error);
    if (status != LKA_OK) {
        lka_events_close(opened);
        return status;
    }
    *events = opened;
    return LKA_OK;
}

void lka_events_close(struct lka_events *events)
{
    if (!events) {
        return;
    }
    for (size_t d = 0; d < events->depth; d++) {
        lka_parts_release(&events->levels[d].parts);
    }
    lka_event_part_release(&events->part);
    lka_shapes_release(&events->shapes);
    lka_known_release(&events->erased);
    lka_part_bytes_release(&events->bytes);
    lka_free(events->temporary);
    lka_free(events);
}

/* ---- part by part ----------------------------------------------------------------------------- */

static lka_status deal_again(struct lka_events *events, size_t number, struct lka_error *error)
{
    struct lka_parts *deeper = &events->levels[events->depth].parts;
    struct lka_parts_reader reader = lka_parts_reader(&events->levels[events->depth - 1].parts, number);
    LKA_TRY(lka_parts_init(deeper, LKA_EVENT_WAYS, budget_of(events, events->depth), events->temporary, error));
    events->levels[events->depth].next = 0;
    events->depth++;
    const char *item = NULL;
    lka_status status;
    while ((status = lka_parts_reader_next(&reader, &item, error)) == LKA_OK && item) {
        size_t way = lka_event_way(lka_event_contact_hash(lka_record_contact(item)), events->depth - 1);
        size_t length = lka_item_length(item);
        char *room;
        if ((status = lka_parts_room(deeper, way, length + LKA_TEXT_PADDING, &room, error)) != LKA_OK) {
            break;
        }
        memcpy(room, item, length);
        lka_parts_take(deeper, way, length);
    }
    lka_parts_reader_release(&reader);
    return status == LKA_OK ? lka_parts_settle(deeper, false, error) : status;
}

/* The next part that has events: *found is false at the end. */
static lka_status next_part(struct lka_events *events, bool *found, struct lka_error *error)
{
    *found = false;
    while (!*found) {
        struct level *level = &events->levels[events->depth - 1];
        if (level->next == LKA_EVENT_WAYS) {
            if (events->depth == 1) {
                return LKA_OK;
            }
            lka_parts_release(&level->parts);
            events->depth--;
            continue;
        }
        size_t number = level->next++;
        const struct lka_part *part = &level->parts.items[number];
        if (is_too_large(events, part) && events->depth < DEPTH) {
            LKA_TRY(deal_again(events, number, error));
        } else if (part->total > 0) {
            LKA_TRY(lka_parts_load(&level->parts, number, &events->bytes, error));
            LKA_TRY(lka_event_part_fill(&events->part, &events->bytes, error));
            *found = true;
        }
    }
    return LKA_OK;
}

/* ---- contact by contact ----------------------------------------------------------------------- */

/* How many of a contact's events are before the end. */
static size_t count_before(const struct lka_events *events, const struct lka_event_group *group)
{
    size_t count = group->count;
    while (count > 0 && lka_moment_time(&group->moments[count - 1]) >= events->until) {
        count--;
    }
    return count;
}

/* Every event of the next contact. The first pass that comes to the end has counted all. */
static lka_status next_contact(struct lka_events *events, struct lka_event_group *group, struct lka_error *error)
{
    for (;;) {
        bool erased = false;
        LKA_TRY(lka_event_part_next(&events->part, group, error));
        LKA_TRY(lka_erased_holds(&events->erased, NULL, 0, LKA_CONTACT_NUMBERING, group->contact, &erased, error));
        if (erased && group->count > 0) {
            events->counts.erased += events->counted ? 0 : group->count;
            continue;
        }
        if (group->count > 0) {
            events->counts.later += events->counted ? 0 : group->count - count_before(events, group);
            return LKA_OK;
        }
        bool found;
        LKA_TRY(next_part(events, &found, error));
        if (!found) {
            break;
        }
    }
    if (!events->counted) {
        events->counts.duplicates = events->part.repeats.duplicates;
        events->counts.known = events->part.repeats.known;
        events->counted = true;
    }
    return LKA_OK;
}

lka_status lka_events_next(struct lka_events *events, struct lka_event_group *group, struct lka_error *error)
{
    do {
        LKA_TRY(next_contact(events, group, error));
        if (group->count == 0) {
            return LKA_OK;
        }
        group->count = count_before(events, group);
    } while (group->count == 0);
    return LKA_OK;
}

lka_status lka_events_rewind(struct lka_events *events, struct lka_error *error)
{
    (void)error;
    for (; events->depth > 1; events->depth--) {
        lka_parts_release(&events->levels[events->depth - 1].parts);
    }
    events->levels[0].next = 0;
    events->part.contact = events->part.contact_count = 0;
    if (!events->counted) {
        events->part.repeats.duplicates = events->part.repeats.known = 0;
        events->counts.later = events->counts.erased = 0;
    }
    return LKA_OK;
}

/* ---- archiving -------------------------------------------------------------------------------- */

static lka_status archive_all(struct lka_events *events, struct lka_archive *archive, struct lka_error *error)
{
    LKA_TRY(lka_archive_begin(archive, events->workspace, &events->shapes, (size_t)(events->memory / 4),
                              events->temporary, error));
    LKA_TRY(lka_events_rewind(events, error));
    for (;;) {
        struct lka_event_group group;
        LKA_TRY(next_contact(events, &group, error));
        if (group.count == 0) {
            break;
        }
        LKA_TRY(lka_archive_add(archive, &group, error));
    }
    LKA_TRY(lka_archive_write(archive, events->session, error));
    events->counts.added = archive->added;
    events->archived = true;
    return lka_events_rewind(events, error);
}

lka_status lka_events_archive(struct lka_events *events, struct lka_error *error)
{
    if (!events->workspace || events->archived) {
        return LKA_OK;
    }
    struct lka_archive archive = {0};
    lka_status status = archive_all(events, &archive, error);
    lka_archive_release(&archive);
    return status;
}

struct lka_events_counts lka_events_counts(const struct lka_events *events)
{
    return events->counts;
}

void lka_events_digest(const struct lka_events *events, char hex[33])
{
    memcpy(hex, events->digest, 33);
}
