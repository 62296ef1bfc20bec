#include "source/inflate.h"

#include "base/memory.h"

#ifdef LKA_ISAL

#include <isa-l/igzip_lib.h>
#include <limits.h>
#include <string.h>

enum { TRAILER = 8 }; /* CRC-32, then the length modulo 2^32; both little-endian */

struct lka_inflate {
    struct inflate_state state;
    bool ended; /* the body is; the trailer is read */
    unsigned char trailer[TRAILER];
    size_t read; /* of the trailer */
};

lka_status lka_inflate_new(struct lka_inflate **inflate, struct lka_error *error)
{
    return LKA_NEW(*inflate, 1, error);
}

void lka_inflate_start(struct lka_inflate *inflate)
{
    isal_inflate_init(&inflate->state);
    inflate->state.crc_flag = ISAL_GZIP_NO_HDR;
    inflate->ended = false;
    inflate->read = 0;
}

static uint32_t capped(size_t size)
{
    return size > UINT32_MAX ? UINT32_MAX : (uint32_t)size;
}

static int decode_body(struct inflate_state *state, struct lka_flow *flow)
{
    uint32_t in = capped(flow->in_size);
    uint32_t out = capped(flow->out_size);
    state->next_in = (uint8_t *)(uintptr_t)flow->in;
    state->avail_in = in;
    state->next_out = flow->out;
    state->avail_out = out;
    int code = isal_inflate(state);
    flow->in += in - state->avail_in;
    flow->in_size -= in - state->avail_in;
    flow->out += out - state->avail_out;
    flow->out_size -= out - state->avail_out;
    return code;
}

/* Whole bytes behind the body may have been taken in already: at most as many as the trailer has. */
static void take_read_ahead(struct lka_inflate *inflate)
{
    uint64_t bits = inflate->state.read_in >> inflate->state.read_in_length % 8;
    for (int left = inflate->state.read_in_length / 8; left > 0; left--, bits >>= 8) {
        inflate->trailer[inflate->read++] = (unsigned char)bits;
    }
}

static void read_trailer(struct lka_inflate *inflate, struct lka_flow *flow)
{
    size_t more = TRAILER - inflate->read;
    more = more < flow->in_size ? more : flow->in_size;
    memcpy(inflate->trailer + inflate->read, flow->in, more);
    inflate->read += more;
    flow->in += more;
    flow->in_size -= more;
}

static uint32_t little_endian(const unsigned char bytes[4])
{
    return bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 | (uint32_t)bytes[3] << 24;
}

static const char *complain(int code)
{
    return code == ISAL_INVALID_BLOCK      ? "invalid block"
           : code == ISAL_INVALID_LOOKBACK ? "invalid distance too far back"
                                           : "invalid code";
}

const char *lka_inflate_decode(struct lka_inflate *inflate, struct lka_flow *flow, bool *done)
{
    struct inflate_state *state = &inflate->state;
    *done = false;
    if (!inflate->ended) {
        int code = decode_body(state, flow);
        if (code < 0) {
            return complain(code);
        }
        if (state->block_state != ISAL_BLOCK_FINISH) {
            return NULL;
        }
        inflate->ended = true;
        take_read_ahead(inflate);
    }
    read_trailer(inflate, flow);
    if (inflate->read >= 4 && little_endian(inflate->trailer) != state->crc) {
        return "incorrect data check";
    }
    *done = inflate->read == TRAILER;
    return *done && little_endian(inflate->trailer + 4) != state->total_out ? "incorrect length check" : NULL;
}

#else

lka_status lka_inflate_new(struct lka_inflate **inflate, struct lka_error *error)
{
    (void)error;
    *inflate = NULL;
    return LKA_OK;
}

void lka_inflate_start(struct lka_inflate *inflate)
{
    (void)inflate;
}

const char *lka_inflate_decode(struct lka_inflate *inflate, struct lka_flow *flow, bool *done)
{
    (void)inflate;
    (void)flow;
    *done = false;
    return NULL;
}

#endif

void lka_inflate_free(struct lka_inflate *inflate)
{
    lka_free(inflate);
}
