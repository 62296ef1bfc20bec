/* lookalike.h: the whole public interface, in the order in which data flows. */
#ifndef LOOKALIKE_H
#define LOOKALIKE_H

#include "lookalike/base.h"
#include "lookalike/table.h"
#include "lookalike/simulate.h"
#include "lookalike/features.h"
#include "lookalike/train.h"
#include "lookalike/score.h"
#include "lookalike/project.h"

#endif
