#include "store/events.h"
lka_status lka_events_archive(struct lka_events *events, struct lka_error *error) { (void)events; (void)error; return LKA_OK; }
