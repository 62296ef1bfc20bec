/* Events packed as moments: what they share is one number, and every field comes back as it was. */
#include "base/memory.h"
#include "store/moment.h"

#include "by_hand.h"
#include "run_suite.h"

enum { ROOM = 4096, NO_ROOM = 0, ROOMY = 1 << 20 };

static struct lka_shapes shapes;
static struct lka_error error;

static struct lka_event event_of(const char *type, const char *campaign, const char *amount)
{
    struct lka_event event;
    lka_event_clear(&event);
    event.time = 86400;
    event.type = lka_span_of(type);
    event.channel = lka_span_of("email");
    event.campaign = lka_span_of(campaign);
    event.amount = lka_span_of(amount);
    for (size_t field = 0; field < LKA_EVENT_FIELD_COUNT; field++) {
        event.filled = (uint16_t)(event.filled | (lka_event_text(&event, field)->length > 0) << field);
    }
    return event;
}

static uint32_t shape_of(const char *type, const char *campaign, const char *amount)
{
    uint32_t shape = 0;
    struct lka_event event = event_of(type, campaign, amount);
    ck_assert_int_eq(lka_shapes_take(&shapes, &event, &shape, &error), LKA_OK);
    return shape;
}

/* Packed and read again. */
static void comes_back(const char *type, const char *campaign, const char *amount)
{
    static char record[ROOM];
    struct lka_event event = event_of(type, campaign, amount);
    struct lka_event read;
    uint32_t shape = shape_of(type, campaign, amount);
    size_t length;
    ck_assert_uint_le(lka_record_bound(LKA_SPAN("ada"), &event, shapes.items[shape].own), ROOM);
    ck_assert_int_eq(lka_record_write(record, &shapes, shape, LKA_SPAN("ada"), &event, false, &length, &error), LKA_OK);
    struct lka_moment moment = lka_moment_of(record);
    lka_event_clear(&read);
    lka_event_read(&moment, &shapes, &read);
    ck_assert_int_eq(read.time, event.time);
    ck_assert_uint_eq(read.filled, event.filled);
    ck_assert_uint_eq(lka_item_length(record), length);
    ck_assert(lka_span_equal(lka_record_contact(record), LKA_SPAN("ada")));
    for (size_t field = 0; field < LKA_EVENT_FIELD_COUNT; field++) {
        ck_assert(lka_span_equal(*lka_event_text(&read, field), *lka_event_text(&event, field)));
    }
}

static void begin(size_t memory)
{
    ck_assert_int_eq(lka_shapes_init(&shapes, memory, &error), LKA_OK);
}

START_TEST(the_same_combination_is_the_same_shape)
{
    begin(ROOMY);
    uint32_t first = shape_of("send", "m1", "");
    ck_assert_uint_ne(first, shape_of("send", "m2", ""));
    ck_assert_uint_ne(first, shape_of("open", "m1", ""));
    ck_assert_uint_eq(first, shape_of("send", "m1", ""));
    lka_shapes_release(&shapes);
}
END_TEST

START_TEST(amounts_make_no_shapes)
{
    begin(ROOMY);
    ck_assert_uint_eq(shape_of("purchase", "", "9.90"), shape_of("purchase", "", "12.50"));
    ck_assert_uint_ne(shape_of("purchase", "", "9.90"), shape_of("purchase", "", ""));
    lka_shapes_release(&shapes);
}
END_TEST

START_TEST(many_shapes_stay_apart)
{
    enum { MANY = 3000 };
    static uint32_t found[MANY];
    char name[16];
    begin(ROOMY);
    for (unsigned pass = 0; pass < 2; pass++) {
        for (unsigned i = 0; i < MANY; i++) {
            snprintf(name, sizeof name, "m%u", i);
            uint32_t shape = shape_of("send", name, "");
            ck_assert(pass == 0 || shape == found[i]);
            ck_assert(i == 0 || shape != found[i - 1]);
            found[i] = shape;
        }
    }
    lka_shapes_release(&shapes);
}
END_TEST

/* With room for shapes and words, and without any. */
START_TEST(every_field_comes_back)
{
    static char longest[600];
    memset(longest, 'c', sizeof longest - 1);
    begin(_i ? ROOMY : NO_ROOM);
    comes_back("send", "m1", "");
    comes_back("purchase", "", "12.50");
    comes_back("a type of more than sixteen bytes", longest, "1");
    comes_back("send", "m1", "3");
    ck_assert_uint_le(_i ? 0 : shapes.count, 16);
    lka_shapes_release(&shapes);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("shapes");
    TCase *tests = tcase_create("shapes");
    tcase_add_test(tests, the_same_combination_is_the_same_shape);
    tcase_add_test(tests, amounts_make_no_shapes);
    tcase_add_test(tests, many_shapes_stay_apart);
    tcase_add_loop_test(tests, every_field_comes_back, 0, 2);
    suite_add_tcase(suite, tests);
    return run_suite(suite);
}
