/* POSIX: TCP's options and struct tcp_info. */
#pragma once

#include "abi/socket.h"

#define SOL_TCP IPPROTO_TCP
