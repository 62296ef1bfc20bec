/* export/options.h: the parameters of the stage.
 */
#ifndef LKA_EXPORT_OPTIONS_H
#define LKA_EXPORT_OPTIONS_H

#include "base/parameters.h"
#include "eligibility/eligibility.h"

#define LKA_EXPORT_PARAMS(X)                                                                                           \
    X(TEXT, audience, "audience", NULL, 0, 0, NULL, "DIR", "the audience: its directory, or a table of people", false) \
    X(TEXT, seeds, "seeds", NULL, 0, 0, NULL, "FILE",                                                                  \
      "in place of --audience: people whom the platform is to find others like, for a look-alike audience of its "     \
      "own; "                                                                                                          \
      "only who consented to profiling, too",                                                                          \
      false)                                                                                                           \
    X(TEXT, value, "value", NULL, 0, 0, NULL, "COL",                                                                   \
      "the column that says what a seed is worth, for a platform that weighs by it", false)                            \
    X(LIST, platform, "platform", NULL, 0, 0, NULL, "NAME",                                                            \
      "the platform, or a file NAME.yaml that describes one; several", true)                                           \
    X(TEXT, format, "format", NULL, 0, 0, NULL, "NAME",                                                                \
      "csv, api ...: one of the platform's formats; default: its first", false)                                        \
    X(TEXT, path, "path", NULL, 0, 0, NULL, "NAME", "only people of this acquisition path", false)                     \
    X(TEXT, out, "out", NULL, 0, 0, NULL, "DIR",                                                                       \
      "where a directory for each platform goes; with --check: the file of findings", false)                           \
    X(TEXT, previous, "previous", NULL, 0, 0, NULL, "DIR",                                                             \
      "the audience that the platform has: only what was added since and what must be removed is written", false)      \
    X(CHOICE, operation, "operation", "add", 0, 0, "add|remove", NULL,                                                 \
      "remove: the files take everybody in the audience off the platform", false)                                      \
    X(TEXT, check, "check", NULL, 0, 0, NULL, "FILE",                                                                  \
      "a file for the platform, by whomever: what would be refused or not matched, row by row", false)                 \
    LKA_WHERE_PARAMS(X)                                                                                                \
    X(LIST, hashed, "hashed", NULL, 0, 0, NULL, "COL", "a column that holds SHA-256 values already", false)            \
    X(LIST, column, "column", NULL, 0, 0, NULL, "FIELD=COL", "the column of a platform's field", false)                \
    X(LIST, role, "role", NULL, 0, 0, NULL, "NAME=ROLE", "the role of a column", false)                                \
    X(TEXT, country, "country", NULL, 0, 0, NULL, "CC",                                                                \
      "the country (FR, GB) of people whose row has none: for phones in national spelling", false)                     \
    X(FLAG, external_id, "external-id", "false", 0, 0, NULL, NULL,                                                     \
      "give the platform your own ids of the people, too", false)                                                      \
    X(FLAG, unverified, "unverified", "false", 0, 0, NULL, NULL,                                                       \
      "accept rules of a platform that were not confirmed with it", false)                                             \
    X(TEXT, workspace, "workspace", NULL, 0, 0, NULL, "DIR",                                                           \
      "whoever objected since is left out, by its list; remembers who was sent where", false)                          \
    X(TEXT, separator, "separator", NULL, 0, 0, NULL, "CHAR",                                                          \
      "the field separator; default: comma, semicolon or tab, from the header line", false)                            \
    X(TEXT, temporary, "temporary", NULL, 0, 0, NULL, "DIR",                                                           \
      "where big intermediate files go; default: $TMPDIR, else /tmp", false)                                           \
    LKA_OUTPUT_PARAMS(X)

LKA_PARAMS_STRUCT(lka_export_options, LKA_EXPORT_PARAMS);

#endif
