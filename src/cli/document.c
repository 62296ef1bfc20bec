/* Reading a stage's document, and writing its numbers. */
#include "cli/document.h"

#include <string.h>

const json_t *cli_at(const json_t *document, const char *path)
{
    while (document && *path) {
        char key[64];
        size_t length = strcspn(path, ".");
        snprintf(key, sizeof key, "%.*s", (int)length, path);
        document = json_object_get(document, key);
        path += length + (path[length] == '.');
    }
    return json_is_null(document) ? NULL : document;
}

const char *cli_text(const json_t *document, const char *path)
{
    const char *text = json_string_value(cli_at(document, path));
    return text ? text : "";
}

double cli_number(const json_t *document, const char *path)
{
    return json_number_value(cli_at(document, path));
}

const char *cli_count(double number, char buffer[32])
{
    char digits[32];
    int length = snprintf(digits, sizeof digits, "%.0f", number);
    size_t used = 0;
    for (int i = 0; i < length && used < 30; i++) {
        if (i > 0 && (length - i) % 3 == 0 && digits[i - 1] != '-') {
            buffer[used++] = ',';
        }
        buffer[used++] = digits[i];
    }
    buffer[used] = '\0';
    return buffer;
}

const char *cli_percent(double share, char buffer[32])
{
    double percent = share * 100;
    snprintf(buffer, 32, percent > 0 && percent < .95 ? "%.1f%%" : "%.0f%%", percent);
    return buffer;
}

void cli_label(FILE *out, const char *label)
{
    fprintf(out, "  %-8s", label);
}

void cli_show_scalar(FILE *out, const json_t *value)
{
    char buffer[32];
    switch (json_typeof(value)) {
    case JSON_STRING:
        fputs(json_string_value(value), out);
        break;
    case JSON_INTEGER:
        fputs(cli_count((double)json_integer_value(value), buffer), out);
        break;
    case JSON_REAL:
        fprintf(out, "%.6g", json_real_value(value));
        break;
    case JSON_TRUE:
        fputs("yes", out);
        break;
    case JSON_FALSE:
        fputs("no", out);
        break;
    default:
        fputs("none", out);
    }
}
