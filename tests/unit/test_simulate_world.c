/* The world file of `simulate`: what a wrong one is told, and what a right one does. */
#include "simulate/brand.h"
#include "simulate/choices.h"
#include "simulate/row.h"
#include "simulated_by_hand.h"
#include "run_suite.h"

static const char small_world[] = "schema: 1\n"
                                  "name: small\n"
                                  "as_of: 2025-06-30\n"
                                  "personas:\n"
                                  "  quiet: {crm: 1, pool: 1}\n"
                                  "  eager: {crm: 1, pool: 3}\n"
                                  "attributes:\n"
                                  "  gender: {kind: category, weights: {female: 1, male: 1}}\n"
                                  "  age: {kind: number, quantiles: [18, 40, 80]}\n"
                                  "  region: {kind: category, weights: {north: 1, south: 1}}\n"
                                  "  language: {kind: category, weights: {fr: 1, en: 1}}\n"
                                  "  email_domain: {kind: category, weights: {gmail.com: 1, example.org: 1}}\n"
                                  "  signup_source: {kind: category, weights: {web: 1, shop: 1}}\n"
                                  "  signed_up: {kind: date, quantiles: [0, 1000]}\n"
                                  "  topics: {kind: list, weights: {art: 1, food: 1, \"\": 1}}\n"
                                  "regions:\n"
                                  "  north: {country: FR, prefixes: [59]}\n"
                                  "  south: {country: GB, prefixes: [SW1]}\n"
                                  "consents: {profiling: 1}\n"
                                  "response:\n"
                                  "  share: .05\n"
                                  "  categories: {gender: {female: 1}}\n"
                                  "  numbers: {age: [{shape: line, from: 20, to: 60, effect: 2}]}\n"
                                  "  together: [{when: {topics: art, age: {from: 30}}, effect: 1}]\n";

/* `text` with the first `from` replaced. */
static char *replaced(const char *text, const char *from, const char *to)
{
    struct lka_text made = {0};
    const char *place = strstr(text, from);
    ck_assert_msg(place != NULL, "\"%s\" is not there", from);
    lka_text_append(&made, text, (size_t)(place - text));
    lka_text_string(&made, to);
    lka_text_string(&made, place + strlen(from));
    return made.bytes;
}

static void write_world(const char *from, const char *to)
{
    char *text = replaced(small_world, from, to);
    write_file("w.yaml", text);
    lka_free(text);
}

static const struct {
    const char *from;
    const char *to;
    const char *says;
} wrong_worlds[] = {
    /* the file */
    {"name: small", "name: [small",
     "w.yaml:3:6: this is no YAML: did not find expected ',' or ']', while parsing a flow sequence"},
    {"name: small", "name: sm\xFF", "w.yaml: this is no YAML: invalid leading UTF-8 octet"},
    {"name: small", "name: \"a\\0b\"", "w.yaml:2:7: name holds a NUL character"},
    {"name: small\n", "name: small\n---\n", "w.yaml:4:1: a second document begins; allowed: one a file"},
    {"{profiling: 1}", "{profiling: &x 1, y: *x}",
     "w.yaml:19:23: this node is used again by an alias; write it out instead"},
    {"  eager", "  quiet", "w.yaml:6:3: the key \"quiet\" is repeated; the first is in line 5"},
    {"name: small\n", "", "w.yaml:1:1: world: the key \"name\" is missing"},
    {"schema: 1", "schema: 2", "w.yaml:1:9: schema: \"2\" is not allowed; allowed: numbers from 1 to 1"},
    {"2025-06-30", "2025-02-30",
     "w.yaml:3:8: as_of: \"2025-02-30\" is not allowed; allowed: a date such as 2025-06-30"},
    {"as_of: 2025-06-30", "as_of: [1]", "w.yaml:3:8: as_of is a list; allowed: one value"},
    /* personas */
    {"pool: 3", "pool: -3",
     "w.yaml:6:25: personas.eager.pool: \"-3\" is not allowed; allowed: numbers from 0 to 1000000000"},
    {"pool: 1}\n  eager: {crm: 1, pool: 3", "pool: 0}\n  eager: {crm: 1, pool: 0",
     "w.yaml:5:3: personas: all shares of the pool are 0"},
    /* attributes */
    {"{kind: category", "{kind: categry",
     "w.yaml:8:18: attributes.gender.kind: unknown kind \"categry\"; did you mean \"category\"?; allowed: category, "
     "number, date, list"},
    {"{kind: category, ", "{", "w.yaml:8:11: attributes.gender: the key \"kind\" is missing"},
    {"{kind: date, quantiles: [0, 1000]}", "{kind: list, weights: {a: 1}}",
     "w.yaml:14:3: attributes: \"signed_up\" of kind date is missing"},
    {"[18, 40, 80]", "[18, 40, 80], weights: {}",
     "w.yaml:9:48: attributes.age: unknown key \"weights\"; allowed: kind, quantiles, missing, personas, pool, given, "
     "minimum, maximum, decimals"},
    {"female: 1, male: 1", "female: 1, male: x",
     "w.yaml:8:55: attributes.gender.male: \"x\" is not allowed; allowed: numbers from 0 to 1000000000"},
    {"female: 1, male: 1", "female: 0, male: 0",
     "w.yaml:8:11: attributes.gender: no value is left for persona \"quiet\": all weights are 0"},
    {"{female: 1, male: 1}", "{}", "w.yaml:8:37: attributes.gender.weights has 0 entries; allowed: 1 to 1000"},
    {"{female: 1, male: 1}", "[female, male]",
     "w.yaml:8:37: attributes.gender.weights is a list; allowed: a mapping (key: value)"},
    {"male: 1}", "male: 1}, missing: 2",
     "w.yaml:8:68: attributes.gender.missing: \"2\" is not allowed; allowed: numbers from 0 to 0.95"},
    {"male: 1}", "male: 1}, personas: {eger: {male: 2}}",
     "w.yaml:8:70: attributes.gender.personas: unknown persona \"eger\"; did you mean \"eager\"?; allowed: quiet, "
     "eager"},
    {"male: 1}", "male: 1}, pool: {mail: 2}",
     "w.yaml:8:66: attributes.gender.pool: unknown value \"mail\"; did you mean \"male\"?; allowed: female, male"},
    {"en: 1}", "en: 1}, given: {regoin: {}}",
     "w.yaml:11:63: attributes.language.given: unknown category above \"regoin\"; did you mean \"region\"?; allowed: "
     "gender, region"},
    {"en: 1}", "en: 1}, given: {region: {nord: {fr: 2}}}",
     "w.yaml:11:72: attributes.language.given: unknown value \"nord\"; did you mean \"north\"?; allowed: north, south"},
    {"en: 1}", "en: 1}, given: {}",
     "w.yaml:11:62: attributes.language.given: allowed: one attribute (name: {value: tilt})"},
    {"[18, 40, 80]", "[18]", "w.yaml:9:34: attributes.age.quantiles has 1 entry; allowed: at least 2"},
    {"[18, 40, 80]", "[18, 10, 80]",
     "w.yaml:9:39: attributes.age.quantiles: 10 after 18 is not allowed; allowed: never falling"},
    {"[18, 40, 80]", "[18, 40, 180]", "w.yaml:9:3: attributes.age: allowed: whole years from 0 to 130"},
    {"80]", "80], decimals: 4",
     "w.yaml:9:58: attributes.age.decimals: \"4\" is not allowed; allowed: numbers from 0 to 3"},
    {"80]", "80], personas: {eager: {shft: 2}}",
     "w.yaml:9:67: attributes.age.personas.eager: unknown key \"shft\"; did you mean \"shift\"?; allowed: factor, "
     "shift"},
    {"gmail.com: 1", "not a domain: 1", "w.yaml:12:3: attributes.email_domain: \"not a domain\" is no domain"},
    {"food: 1", "\"a|b\": 1",
     "w.yaml:15:42: attributes.topics: a value of a list cannot hold |, a comma, a quote or a line break"},
    {"\"\": 1}", "\"\": 1}, picks: 1.5",
     "w.yaml:15:66: attributes.topics.picks: 1.5 is not allowed; allowed: whole numbers from 1 to 3"},
    /* regions, consents, missing */
    {"country: FR", "country: DE",
     "w.yaml:17:20: regions.north.country: unknown country \"DE\"; did you mean \"BE\"?; allowed: FR, BE, CH, GB"},
    {"[59]", "[5 9]", "w.yaml:17:35: regions.north.prefixes: \"5 9\" is not allowed; allowed: 1 to 6 of 0-9 and A-Z"},
    {"  south: {country: GB, prefixes: [SW1]}\n", "", "w.yaml:17:3: regions: \"south\" is missing"},
    {"{profiling: 1}", "{profiling: 0}", "w.yaml:19:11: consents: all weights are 0"},
    {"consents:", "missing: {age: {40: 1, 30: 2}}\nconsents:",
     "w.yaml:19:24: missing.age: \"30\" is not allowed; allowed: numbers from 41 to 255"},
    {"consents:", "missing: {signup_source: {webb: 2}}\nconsents:",
     "w.yaml:19:27: missing.signup_source: unknown value \"webb\"; did you mean \"web\"?; allowed: web, shop"},
    {"consents:", "missing: {identifiers: {phon: 0}}\nconsents:",
     "w.yaml:19:25: missing.identifiers: unknown identifier \"phon\"; did you mean \"phone\"?; allowed: email, phone, "
     "first_name, last_name, postcode, country, consents, postal_prefix"},
    /* response */
    {"share: .05", "share: .5",
     "w.yaml:21:10: response.share: \".5\" is not allowed; allowed: numbers from 0.03 to 0.2"},
    {"{gender: {female", "{gendre: {female",
     "w.yaml:22:16: response.categories: unknown category or list \"gendre\"; did you mean \"gender\"?; allowed: "
     "gender, region, language, email_domain, signup_source, topics"},
    {"{gender: {female: 1}}", "{gender: {femail: 1}}",
     "w.yaml:22:25: response.categories.gender: unknown value \"femail\"; did you mean \"female\"?; allowed: female, "
     "male"},
    {"shape: line", "shape: lne",
     "w.yaml:23:27: response.numbers.age.shape: unknown shape \"lne\"; did you mean \"line\"?; allowed: line, hump, "
     "step"},
    {"to: 60, ", "", "w.yaml:23:19: response.numbers.age: the key \"to\" is missing"},
    {"from: 20, to: 60", "from: 60, to: 60", "w.yaml:23:19: response.numbers.age: \"to\" must be above \"from\""},
    {"topics: art", "topics: arts",
     "w.yaml:24:30: response.together.when.topics: unknown value \"arts\"; did you mean \"art\"?; allowed: art, food, "
     "\"\""},
    {"{topics: art, age: {from: 30}}", "{}", "w.yaml:24:21: response.together.when has 0 entries; allowed: 1 to 4"},
    /* what simulate crm alone needs */
    {"consents:", "mailing: {click: .1}\nconsents:",
     "w.yaml:19:1: world: unknown key \"mailing\"; did you mean \"mailings\"?; allowed: schema, name, as_of, personas, "
     "attributes, regions, consents, response, missing, contacts, engagement, mailings, machines, purchases, ..."},
    {"consents:", "mailings: {clik: .1}\nconsents:",
     "w.yaml:19:12: mailings: unknown key \"clik\"; did you mean \"click\"?; allowed: fewest_a_month, most_a_month, "
     "keep_days, open_match, open_other, fatigue, click, sms, sms_click, unsubscribe, complain, visits_a_month"},
    {"consents:", "mailings: {click: 1.5}\nconsents:",
     "w.yaml:19:19: mailings.click: \"1.5\" is not allowed; allowed: numbers from 0 to 1"},
    {"consents:", "mailings: {fewest_a_month: 5, most_a_month: 3}\nconsents:",
     "w.yaml:19:11: mailings: \"fewest_a_month\" (5) must not be above \"most_a_month\" (3)"},
    {"consents:", "machines: [prefetch]\nconsents:",
     "w.yaml:19:11: machines is a list; allowed: a mapping (key: value)"},
    {"consents:", "machines: {since_days: 1.5}\nconsents:",
     "w.yaml:19:24: machines.since_days: 1.5 is not allowed; allowed: whole numbers from 1 to 1100"},
    {"  quiet: {", "  \"a,b\": {",
     "w.yaml:5:3: personas.a,b: a persona is the topic of mails: 1 to 40 bytes without comma, quote, | or line break"},
    {"consents:", "engagement: {personas: {quite: 2}}\nconsents:",
     "w.yaml:19:25: engagement.personas: unknown persona \"quite\"; did you mean \"quiet\"?; allowed: quiet, eager"},
    {"consents:", "purchases: {spend_q: 1}\nconsents:",
     "w.yaml:19:22: purchases.spend_q: \"1\" is not allowed; allowed: numbers from 1.05 to 100"},
    {"consents:", "purchases: {seasons: [1, 2]}\nconsents:",
     "w.yaml:19:22: purchases.seasons has 2 entries; allowed: 12, January first"},
    {"consents:", "surveys: {reasons: {too dear: 1}}\nconsents:",
     "w.yaml:19:21: surveys.reasons: \"too dear\" is not allowed; allowed: 1 to 40 of a-z, A-Z, 0-9, _ and -"},
    {"consents:", "surveys: {brands: {ours: 0}}\nconsents:", "w.yaml:19:19: surveys.brands: all weights are 0"},
    {"consents:", "third_party: {vendors: {alpha: {covers: 1, errors: 2}}}\nconsents:",
     "w.yaml:19:32: third_party.vendors.alpha: the key \"unknown\" is missing\nw.yaml:19:52: "
     "third_party.vendors.alpha.errors: \"2\" is not allowed; allowed: numbers from 0 to 1"},
    {"consents:", "reactivation: {paths: {ad: {needs: [cooky], click: .1, completion: .1, cost: 1}}}\nconsents:",
     "w.yaml:19:37: reactivation.paths.ad.needs: unknown id type \"cooky\"; did you mean \"cookie\"?; allowed: "
     "platform, cookie, maid"},
    {"consents:", "reactivation: {paths: {ad: {needs: [cookie], click: 0, cost: 1}}}\nconsents:",
     "w.yaml:19:28: reactivation.paths.ad: the key \"completion\" is missing\nw.yaml:19:53: "
     "reactivation.paths.ad.click: \"0\" is not allowed; allowed: numbers from 1e-06 to 1"},
    {"consents:", "reactivation: {reach: {mean: .1}}\nconsents:",
     "w.yaml:19:23: reactivation.reach: \"low\" (0.2) must not be above \"mean\" (0.1)"},
    {"consents:", "reactivation: {reach: {categories: {gender: {femal: 1}}}}\nconsents:",
     "w.yaml:19:46: reactivation.reach.categories.gender: unknown value \"femal\"; did you mean \"female\"?; allowed: "
     "female, male"},
    {"consents:", "prospects: {exposure: {quiet: -1}}\nconsents:",
     "w.yaml:19:31: prospects.exposure.quiet: \"-1\" is not allowed; allowed: numbers from 0 to 20"},
    {"consents:", "protected: {name: origin, weights: {a: 1, b: 1}, proxies: {regoin: {}}}\nconsents:",
     "w.yaml:19:60: protected.proxies: unknown category \"regoin\"; did you mean \"region\"?; allowed: gender, region, "
     "language, email_domain, signup_source"},
    {"consents:", "protected: {name: origin, weights: {a: 1, b: 1}, proxies: {region: {north: {c: 2}}}}\nconsents:",
     "w.yaml:19:77: protected.proxies.region: unknown group \"c\"; did you mean \"a\"?; allowed: a, b"},
    /* all in one go, in the order of the file */
    {"quantiles: [18, 40, 80]}\n  region: {kind: category", "quantile: [18, 40, 80]}\n  region: {kind: x",
     "w.yaml:9:8: attributes.age: the key \"quantiles\" is missing\n"
     "w.yaml:9:23: attributes.age: unknown key \"quantile\"; did you mean \"quantiles\"?; allowed: kind, quantiles, "
     "missing, "
     "personas, pool, given, minimum, maximum, decimals\n"
     "w.yaml:10:18: attributes.region.kind: unknown kind \"x\"; allowed: category, number, date, list"},
};

START_TEST(a_wrong_world_is_told_where_and_why)
{
    write_world(wrong_worlds[_i].from, wrong_worlds[_i].to);
    struct lka_error error;
    char said[2000];
    ck_assert_int_eq(run("out=dir world=w.yaml", NULL, &error), LKA_USAGE);
    ck_assert_str_eq(lka_error_format(&error, said, sizeof said), wrong_worlds[_i].says);
}
END_TEST

START_TEST(more_problems_than_fit_are_counted)
{
    char many[2000] = "";
    for (size_t i = 0; i < 30; i++) {
        snprintf(many + strlen(many), sizeof many - strlen(many), "unknown_key_%zu: 1\n", i);
    }
    write_world("schema: 1\n", many);
    struct lka_error error;
    ck_assert_int_eq(run("out=dir world=w.yaml", NULL, &error), LKA_USAGE);
    ck_assert_ptr_nonnull(strstr(error.message, "\nand 2"));
    ck_assert_ptr_nonnull(strstr(error.message, " more"));
}
END_TEST

/* Embedded as every file of data/worlds is (tools/embed). */
extern const char lka_data_worlds_curved_a_yaml[];

START_TEST(the_worlds_that_come_along_are_right)
{
    ck_assert_int_eq(run("out=default prospects=5 seeds-count=5", NULL, NULL), LKA_OK);
    write_file("w.yaml", lka_data_worlds_curved_a_yaml);
    ck_assert_int_eq(run("out=curved prospects=3000 seeds-count=5 world=w.yaml", NULL, NULL), LKA_OK);
    ck_assert_double_eq_tol(share_of("curved/truth/pool.csv", "label", "1"), .08, .02);
}
END_TEST

START_TEST(a_small_world_is_enough)
{
    write_world("name: small", "name: other");
    ck_assert_int_eq(run("out=dir world=w.yaml prospects=3000 seeds-count=50", NULL, NULL), LKA_OK);
    ck_assert_double_eq_tol(share_of("dir/truth/pool.csv", "label", "1"), .05, .016);
}
END_TEST

START_TEST(a_world_whose_crm_never_answers_is_refused)
{
    /* Only women answer: the pool has nobody else, the CRM hardly one. */
    char *women = replaced(small_world, "weights: {female: 1, male: 1}",
                           "weights: {female: 1, male: 1000000}, pool: {male: 0}");
    char *answer = replaced(women, "{gender: {female: 1}}", "{gender: {female: 20}}");
    write_file("w.yaml", women);
    ck_assert_int_eq(run("out=dir world=w.yaml prospects=5 seeds-count=1", NULL, NULL), LKA_OK);
    write_file("w.yaml", answer);
    struct lka_error error;
    ck_assert_int_eq(run("out=dir world=w.yaml prospects=5 seeds-count=1", NULL, &error), LKA_USAGE);
    ck_assert_ptr_nonnull(strstr(error.message, "of the CRM would answer when 5% of the pool do"));
    lka_free(women);
    lka_free(answer);
}
END_TEST

/* The defaults in brand.h are those that default.yaml shows. */
START_TEST(what_a_world_leaves_out_is_as_in_the_default)
{
    struct lka_world *silent;
    struct lka_world *shown;
    write_world("name: small", "name: other");
    ck_assert_int_eq(lka_world_load("w.yaml", &silent, NULL), LKA_OK);
    ck_assert_int_eq(lka_world_load(NULL, &shown, NULL), LKA_OK);
#define SAME(section, field)                                                         \
    ck_assert_msg(!(silent->brand->section.field < shown->brand->section.field) &&   \
                      !(silent->brand->section.field > shown->brand->section.field), \
                  #section "." #field);
#define SAME_CONTACTS(field, ...) SAME(contacts, field)
#define SAME_ENGAGEMENT(field, ...) SAME(engagement, field)
#define SAME_MAILINGS(field, ...) SAME(mailings, field)
#define SAME_MACHINES(field, ...) SAME(machines, field)
#define SAME_PURCHASES(field, ...) SAME(purchases, field)
#define SAME_SURVEYS(field, ...) SAME(surveys, field)
#define SAME_THIRD_PARTY(field, ...) SAME(third_party, field)
#define SAME_REACTIVATION(field, ...) SAME(reactivation, field)
#define SAME_REACH(field, ...) SAME(reach, field)
    LKA_CONTACTS_SECTION(SAME_CONTACTS)
    LKA_ENGAGEMENT_SECTION(SAME_ENGAGEMENT)
    LKA_MAILINGS_SECTION(SAME_MAILINGS)
    LKA_MACHINES_SECTION(SAME_MACHINES)
    LKA_PURCHASES_SECTION(SAME_PURCHASES)
    LKA_SURVEYS_SECTION(SAME_SURVEYS)
    LKA_THIRD_PARTY_SECTION(SAME_THIRD_PARTY)
    LKA_REACTIVATION_SECTION(SAME_REACTIVATION)
    LKA_REACH_SECTION(SAME_REACH)
    ck_assert_uint_eq(silent->brand->reactivation.path_count, shown->brand->reactivation.path_count);
    for (size_t p = 0; p < shown->brand->reactivation.path_count; p++) {
        const struct lka_brand_path *a = &silent->brand->reactivation.paths[p];
        const struct lka_brand_path *b = &shown->brand->reactivation.paths[p];
        ck_assert_str_eq(a->name, b->name);
        ck_assert_uint_eq(a->needs, b->needs);
        ck_assert_double_eq(a->odds, b->odds);
        ck_assert_double_eq(a->cost, b->cost);
        ck_assert_double_eq(a->cap, b->cap);
    }
    lka_world_free(silent);
    lka_world_free(shown);
}
END_TEST

static lka_status run_crm(const char *world, const char *directory)
{
    struct lka_options *options;
    char *summary = NULL;
    ck_assert_int_eq(lka_options_new(&lka_simulate_crm_params, &options, NULL), LKA_OK);
    ck_assert_int_eq(lka_options_set(options, "world", world, NULL), LKA_OK);
    ck_assert_int_eq(lka_options_set(options, "out", directory, NULL), LKA_OK);
    ck_assert_int_eq(lka_options_set(options, "contacts", "3000", NULL), LKA_OK);
    ck_assert_int_eq(lka_options_set(options, "prospects", "50", NULL), LKA_OK);
    lka_status status = lka_simulate_crm(options, NULL, &summary, NULL);
    lka_free(summary);
    lka_options_free(options);
    return status;
}

START_TEST(a_crm_can_be_made_of_any_world)
{
    write_world("{profiling: 1}", "{advertising: 1}");
    ck_assert_int_eq(run_crm("w.yaml", "small"), LKA_OK);
    /* Nothing is said of what reach depends on: it is the same for everybody. */
    ck_assert_double_eq_tol(share_of("small/truth/reach.csv", "reachable", "yes"), .56, .04);
    write_file("curved.yaml", lka_data_worlds_curved_a_yaml);
    ck_assert_int_eq(run_crm("curved.yaml", "curved"), LKA_OK);
    ck_assert_double_eq_tol(share_of("curved/truth/reach.csv", "reachable", "yes"), .56, .04);
}
END_TEST

/* ---- drawing ---------------------------------------------------------------------------------- */

START_TEST(choices_are_drawn_by_their_weights)
{
    const double weights[5] = {3, 0, 1, 5, 1};
    struct lka_choice choices[5];
    lka_choices_make(weights, 5, choices);
    double drawn[5] = {0};
    enum { DRAWS = 100000 };
    for (uint64_t i = 0; i < DRAWS; i++) {
        drawn[lka_choose(choices, 5, (uint32_t)(i * (UINT32_MAX / DRAWS)))]++;
    }
    for (size_t c = 0; c < 5; c++) {
        ck_assert_double_eq_tol(drawn[c] / DRAWS, weights[c] / 10, 1e-3);
    }
    ck_assert(drawn[1] < 1);
}
END_TEST

START_TEST(numbers_follow_their_quantiles)
{
    struct lka_world *world;
    ck_assert_int_eq(lka_world_load(NULL, &world, NULL), LKA_OK);
    size_t noise = world->attribute_count;
    while (strcmp(world->attributes[--noise].name, "noise_2") != 0) {
        ck_assert_uint_gt(noise, 0);
    }
    enum { PEOPLE = 20000 };
    size_t below[3] = {0};
    for (uint64_t i = 0; i < PEOPLE; i++) {
        struct lka_person person;
        lka_person_draw(world, LKA_CRM, 3, i, &person);
        int32_t value = person.values[noise];
        ck_assert_int_ge(value, -300);
        ck_assert_int_le(value, 300);
        below[0] += value < -128;
        below[1] += value < 0;
        below[2] += value < 84;
    }
    ck_assert_double_eq_tol((double)below[0] / PEOPLE, .1, .01);
    ck_assert_double_eq_tol((double)below[1] / PEOPLE, .5, .015);
    ck_assert_double_eq_tol((double)below[2] / PEOPLE, .8, .012);
    lka_world_free(world);
}
END_TEST

int main(void)
{
    lka_init();
    Suite *suite = suite_create("simulate world");
    TCase *tests = tcase_create("world");
    int wrong = (int)(sizeof wrong_worlds / sizeof *wrong_worlds);
    tcase_add_checked_fixture(tests, enter_folder, leave_folder);
    tcase_add_loop_test(tests, a_wrong_world_is_told_where_and_why, 0, wrong);
    tcase_add_test(tests, more_problems_than_fit_are_counted);
    tcase_add_test(tests, a_small_world_is_enough);
    tcase_add_test(tests, a_world_whose_crm_never_answers_is_refused);
    tcase_add_test(tests, the_worlds_that_come_along_are_right);
    tcase_add_test(tests, what_a_world_leaves_out_is_as_in_the_default);
    tcase_add_test(tests, a_crm_can_be_made_of_any_world);
    tcase_add_test(tests, choices_are_drawn_by_their_weights);
    tcase_add_test(tests, numbers_follow_their_quantiles);
    suite_add_tcase(suite, tests);
    return run_suite(suite);
}
