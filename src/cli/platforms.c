/* What `lookalike platforms` shows, in Markdown: all of it is docs/platforms.md. */
#include "cli/document.h"

#include <string.h>

static bool is_text(const json_t *object, const char *key)
{
    return *cli_text(object, key) != '\0';
}

/* "email, phone", with something between. */
static void show_list(FILE *out, const json_t *list, const char *between)
{
    for (size_t i = 0; i < json_array_size(list); i++) {
        fprintf(out, "%s%s", i ? between : "", json_string_value(json_array_get(list, i)));
    }
}

static void show_facts(FILE *out, const json_t *platform)
{
    char number[2][32];
    const json_t *seeds = cli_at(platform, "seeds");
    fprintf(out, "- Rules %s of %s, by <%s>.%s", cli_text(platform, "version"), cli_text(platform, "date"),
            cli_text(platform, "source"), json_is_true(cli_at(platform, "verified")) ? "\n" : "");
    if (!json_is_true(cli_at(platform, "verified"))) {
        fprintf(out, " **Not confirmed**: %s. Export asks for `--unverified`.\n", cli_text(platform, "unverified"));
    }
    fprintf(out, "- Takes %s people or more; export refuses fewer, and warns under %s.\n",
            cli_count(cli_number(platform, "minimum"), number[0]),
            cli_count(3 * cli_number(platform, "minimum"), number[1]));
    if (json_is_object(seeds)) {
        fprintf(out, "- As a look-alike source (`--seeds`): %s people or more%s, %s advised. %s.\n",
                cli_count(cli_number(seeds, "minimum"), number[0]),
                json_is_true(cli_at(seeds, "per_country")) ? " of one country" : "",
                cli_count(cli_number(seeds, "advised"), number[1]), cli_text(seeds, "how"));
    }
    fputs("- Finds people by: ", out);
    show_list(out, cli_at(platform, "keys"), "; ");
    fputs(".\n", out);
    if (json_is_true(cli_at(platform, "signals"))) {
        fputs("- In the European Economic Area only who granted both `ad_user_data` and `ad_personalization`; a "
              "country that is "
              "not known counts as there.\n",
              out);
    }
    if (is_text(platform, "terms")) {
        fprintf(out, "- %s\n", cli_text(platform, "terms"));
    }
}

static void show_fields(FILE *out, const json_t *platform)
{
    const json_t *fields = cli_at(platform, "fields");
    fputs("\n| field | of columns | steps | written |\n|---|---|---|---|\n", out);
    for (size_t i = 0; i < json_array_size(fields); i++) {
        const json_t *field = json_array_get(fields, i);
        const char *from = cli_text(field, "from");
        bool hashed = strcmp(cli_text(field, "hash"), "none") != 0;
        fprintf(out, "| %s | %s%s | ", cli_text(field, "name"), *from ? "role " : "called ",
                *from ? from : cli_text(field, "name"));
        show_list(out, cli_at(field, "steps"), ", ");
        fprintf(out, " | %s%s%s%s |\n", hashed ? cli_text(field, "hash") : "as it is", hashed ? ", " : "",
                cli_text(field, "encoding"),
                json_is_true(cli_at(field, "not_in_eea")) ? "; not of people in the EEA" : "");
    }
}

static void show_limits(FILE *out, const json_t *format)
{
    char number[32];
    double rows = cli_number(format, "rows");
    double bytes = cli_number(format, "bytes");
    if (rows > 0) {
        fprintf(out, "%s rows", cli_count(rows, number));
    }
    if (bytes > 0) {
        fprintf(out, "%s%s bytes", rows > 0 ? ", " : "", cli_count(bytes, number));
    }
    fputs(rows + bytes > 0 ? "" : "none", out);
}

static void show_format(FILE *out, const json_t *format)
{
    static const char *const kinds[][2] = {{"csv", "CSV"}, {"text", "a value a line"}, {"json", "JSON"}};
    const char *kind = cli_text(format, "kind");
    fprintf(out, "| `%s` | ", cli_text(format, "name"));
    for (size_t i = 0; i < 3; i++) {
        fputs(strcmp(kind, kinds[i][0]) == 0 ? kinds[i][1] : "", out);
    }
    if (is_text(format, "header")) {
        fprintf(out, ": `%s`", cli_text(format, "header"));
    } else {
        fputs(" of ", out);
        show_list(out, cli_at(format, "fields"), ", ");
    }
    fputs(" | ", out);
    show_limits(out, format);
    fprintf(out, " | %s | %s |\n", cli_text(format, "add"),
            is_text(format, "remove") ? cli_text(format, "remove")
                                      : "not by a file: upload the whole audience in place of the old one");
}

static void show_platform(FILE *out, const json_t *platform)
{
    const json_t *formats = cli_at(platform, "formats");
    fprintf(out, "\n## %s: `%s`\n\n", cli_text(platform, "title"), cli_text(platform, "name"));
    if (is_text(platform, "also")) {
        fprintf(out, "Also called %s.\n\n", cli_text(platform, "also"));
    }
    show_facts(out, platform);
    fputs("\n| `--format` | file | at most, a file | to add people | to remove them |\n|---|---|---|---|---|\n", out);
    for (size_t i = 0; i < json_array_size(formats); i++) {
        show_format(out, json_array_get(formats, i));
    }
    show_fields(out, platform);
}

void cli_show_platforms(FILE *out, const json_t *document)
{
    const json_t *platforms = cli_at(document, "platforms");
    if (json_is_true(cli_at(document, "all"))) {
        fputs("# platforms: what each of them takes, and where its files go\n\nMade by `make docs` from "
              "data/platforms, which export "
              "itself goes by: do not edit. The steps, and how a platform more is\ndescribed, stand in "
              "[export](export.md); the way "
              "from a ranking to an upload in [upload](upload.md).\n",
              out);
    }
    for (size_t i = 0; i < json_array_size(platforms); i++) {
        show_platform(out, json_array_get(platforms, i));
    }
}
