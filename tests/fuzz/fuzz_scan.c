/* Any bytes as a CSV file: the scanner must tell of them what libcsv tells. The first three bytes say how they are read.
 */
#include "csv_difference.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const size_t read_sizes[] = {1, 7, 64, 200, 4096, 1 << 18, 33, 1000};
    static const size_t max_fields[] = {0, 8, 40, 4096};
    static const char separators[] = {',', ';', '\t', '\0'};
    if (size < 3) {
        return 0;
    }
    struct reading how = {.read_size = read_sizes[data[0] % 8],
                          .capacity = 1 + data[0] / 8 % 8,
                          .tolerant = data[0] >= 128,
                          .max_field = max_fields[data[1] % 4],
                          .separator = separators[data[1] / 4 % 4],
                          .ranges = data[1] / 16 % (RANGES_MOST + 1),
                          .beside = data[0] & 64,
                          .again = data[1] >= 128,
                          .cuts = data[2] / 64,
                          .wanted = data[2]};
    for (how.reader = LKA_READER_PLAIN; how.reader < LKA_READER_KINDS; how.reader++) {
        if (lka_reader_kind_runs(how.reader) && !reads_alike(data + 3, size - 3, &how)) {
            abort();
        }
    }
    return 0;
}
