/* simulate/world_campaign.h: the parts of a brand that have a structure of their own, read from a world file. A node
 * that is NULL gives the default, which is that of data/worlds/default.yaml (but no protected group). */
#ifndef LKA_SIMULATE_WORLD_CAMPAIGN_H
#define LKA_SIMULATE_WORLD_CAMPAIGN_H

#include "simulate/world_reader.h"

void lka_world_read_paths(struct lka_world_reader *reader, const struct lka_yaml_node *node);
void lka_world_read_vendors(struct lka_world_reader *reader, const struct lka_yaml_node *node);
void lka_world_read_surveys(struct lka_world_reader *reader, const struct lka_yaml_node *reasons,
                            const struct lka_yaml_node *brands);
void lka_world_read_protected(struct lka_world_reader *reader, const struct lka_yaml_node *node);

#endif
