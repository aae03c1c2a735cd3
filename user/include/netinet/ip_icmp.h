/* The ICMP header (RFC 792), with BSD's names and Linux's. */
#pragma once
#pragma GCC system_header /* unions without names are not C99 */

#include "netinet/in.h"

struct icmphdr {
    uint8_t type, code;
    uint16_t checksum;
    union {
        struct {
            uint16_t id, sequence;
        } echo;
        uint32_t gateway;
        struct {
            uint16_t unused, mtu;
        } frag;
    } un;
};

struct icmp {
    uint8_t icmp_type, icmp_code;
    uint16_t icmp_cksum;
    union {
        struct in_addr ih_gwaddr;
        struct {
            uint16_t icd_id, icd_seq;
        } ih_idseq;
    } icmp_hun;
    uint8_t icmp_data[1];
};
#define icmp_gwaddr icmp_hun.ih_gwaddr
#define icmp_id     icmp_hun.ih_idseq.icd_id
#define icmp_seq    icmp_hun.ih_idseq.icd_seq

#define ICMP_MINLEN 8

#define ICMP_ECHOREPLY        0
#define ICMP_DEST_UNREACH     3
#define ICMP_UNREACH          3
#define ICMP_REDIRECT         5
#define ICMP_ECHO             8
#define ICMP_TIME_EXCEEDED    11
#define ICMP_TIMXCEED         11
#define ICMP_PARAMETERPROB    12
#define ICMP_UNREACH_NET      0
#define ICMP_UNREACH_HOST     1
#define ICMP_UNREACH_PROTOCOL 2
#define ICMP_UNREACH_PORT     3
#define ICMP_UNREACH_NEEDFRAG 4
