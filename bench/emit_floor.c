/* emit_floor SAMPLE.csv ROWS: the floor of making CSV. Writes ROWS lines to stdout whose fields are fixed and as wide
 * as those of the sample are on average: no randomness, no decisions, no formatting; every field is copied by itself.
 *
 * The cost of `lookalike simulate pool --out -` is told as a multiple of this one's user + system CPU a row:
 *     lookalike simulate pool --prospects 100000 --out - > sample.csv
 *     emit_floor sample.csv 5000000 > /dev/null
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { COLUMNS_MAX = 4096, BUFFER = 1 << 20, SLACK = 1 << 16 };

struct field {
    size_t width; /* with the separator behind it */
    const char *text;
};

/* Adds up the widths of each column of a CSV file; returns the number of columns, 0 if there is nothing to measure. */
static size_t measure(FILE *file, double *widths, unsigned long *rows)
{
    size_t column = 0;
    size_t columns = 0;
    int quoted = 0;
    int in_header = 1;
    for (int c = getc(file); c != EOF; c = getc(file)) {
        quoted ^= c == '"';
        if (!in_header && column < COLUMNS_MAX) {
            widths[column] += 1;
        }
        if (!quoted && c == ',') {
            column++;
        } else if (!quoted && c == '\n') {
            columns = column + 1;
            column = 0;
            *rows += !in_header;
            in_header = 0;
        }
    }
    return columns <= COLUMNS_MAX ? columns : 0;
}

/* Whole widths whose running total never strays from that of the averages by more than half a byte. */
static void fix_widths(const double *widths, unsigned long rows, size_t columns, struct field *fields, char *text)
{
    double wanted = 0;
    size_t given = 0;
    for (size_t c = 0; c < columns; c++) {
        wanted += widths[c] / (double)rows;
        size_t width = (size_t)(wanted + .5) - given;
        width = width > 1 ? width : 1;
        given += width;
        memset(text, 'a' + (int)(c % 26), width);
        text[width - 1] = c + 1 < columns ? ',' : '\n';
        fields[c] = (struct field){width, text};
        text += width;
    }
}

static int write_all(const char *bytes, size_t length)
{
    while (length > 0) {
        ssize_t written = write(STDOUT_FILENO, bytes, length);
        if (written <= 0) {
            perror("emit_floor: cannot write");
            return 1;
        }
        bytes += written;
        length -= (size_t)written;
    }
    return 0;
}

static int emit(const struct field *fields, size_t columns, unsigned long rows)
{
    static char buffer[BUFFER + SLACK];
    char *at = buffer;
    for (unsigned long row = 0; row < rows; row++) {
        for (size_t c = 0; c < columns; c++) {
            memcpy(at, fields[c].text, fields[c].width);
            at += fields[c].width;
        }
        if (at >= buffer + BUFFER) {
            if (write_all(buffer, (size_t)(at - buffer))) {
                return 1;
            }
            at = buffer;
        }
    }
    return write_all(buffer, (size_t)(at - buffer));
}

int main(int argc, char **argv)
{
    static double widths[COLUMNS_MAX];
    static struct field fields[COLUMNS_MAX];
    static char text[SLACK];
    unsigned long rows = argc == 3 ? strtoul(argv[2], NULL, 10) : 0;
    FILE *file = rows ? fopen(argv[1], "r") : NULL;
    if (!file) {
        fprintf(stderr, "usage: emit_floor SAMPLE.csv ROWS\n");
        return 2;
    }
    unsigned long sampled = 0;
    size_t columns = measure(file, widths, &sampled);
    fclose(file);
    double total = 0;
    for (size_t c = 0; c < columns; c++) {
        total += widths[c];
    }
    if (columns == 0 || sampled == 0 || total / (double)sampled + (double)columns >= SLACK) {
        fprintf(stderr, "emit_floor: %s has no rows, or rows that are too wide\n", argv[1]);
        return 1;
    }
    fix_widths(widths, sampled, columns, fields, text);
    return emit(fields, columns, rows);
}
