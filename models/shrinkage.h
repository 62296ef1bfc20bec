/* models/shrinkage.h: how far a covariance of few rows is to be trusted. */
#ifndef LKA_MODELS_SHRINKAGE_H
#define LKA_MODELS_SHRINKAGE_H

/* Ledoit and Wolf 2004, "A well-conditioned estimator for large-dimensional covariance matrices", lemma 3.2 ff.: the
 * weight rho of m I in rho m I + (1 - rho) S, for S = sum of x x' / rows of centred rows x. squared_norm: sum of S's
 * squared entries; fourth: the mean of |x|^4. Between 0 and 1. */
double lka_ledoit_wolf(double squared_norm, double trace, double fourth, double rows, double columns);

#endif
