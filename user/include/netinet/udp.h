/* The UDP header (RFC 768), with BSD's names and Linux's. */
#pragma once
#pragma GCC system_header /* unions without names are not C99 */

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
