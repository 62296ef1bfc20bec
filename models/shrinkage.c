#include "models/shrinkage.h"

double lka_ledoit_wolf(double squared_norm, double trace, double fourth, double rows, double columns)
{
    double mean = trace / columns;
    double spread = squared_norm / columns - mean * mean;      /* the paper's d^2 */
    double noise = (fourth - squared_norm) / (rows * columns); /* its b bar^2 */
    if (!(spread > 0) || noise >= spread) {
        return 1;
    }
    return noise > 0 ? noise / spread : 0;
}
