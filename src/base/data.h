/* base/data.h: the data files that the build puts into the library (tools/embed). Terminated by a NUL. */
#ifndef LKA_BASE_DATA_H
#define LKA_BASE_DATA_H

extern const char lka_data_machines_yaml[];
extern const unsigned long lka_data_machines_yaml_size;
extern const char lka_data_remedies_yaml[];
extern const unsigned long lka_data_remedies_yaml_size;
extern const char lka_data_roles_yaml[];
extern const unsigned long lka_data_roles_yaml_size;
extern const char lka_data_worlds_default_yaml[];
extern const unsigned long lka_data_worlds_default_yaml_size;

/* Those in data/platforms, by the name of the file. */
struct lka_data_file {
    const char *name;
    const char *text;
    unsigned long size;
};
extern const struct lka_data_file lka_data_platforms[];
extern const unsigned long lka_data_platform_count;

#endif
