/* The UDP header (RFC 768), with BSD's names and Linux's. */
#pragma once

#include "netinet/in.h"

struct udphdr {
    union {
        struct {
            uint16_t uh_sport, uh_dport, uh_ulen, uh_sum;
        };
        struct {
            uint16_t source, dest, len, check;
        };
    };
};
