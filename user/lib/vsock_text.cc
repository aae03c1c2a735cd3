// Addresses of vsock sockets as text.
#include "abi/socket.h"
#include "abi/vm_sockets.h"
#include "user.h"

namespace {

// Reads a decimal number of 32 bits up to `end`, and moves the text behind that character.
bool take_number(const char*& text, char end, unsigned& value) {
    unsigned long n = 0;
    const char* at = text;
    for (; *at >= '0' && *at <= '9' && n <= 0xffff'ffff; at++) n = n * 10 + static_cast<unsigned>(*at - '0');
    if (at == text || *at != end || n > 0xffff'ffff) return false;
    text = at + 1;
    value = static_cast<unsigned>(n);
    return true;
}

}  // namespace

extern "C" int parse_vsock(const char* text, sockaddr_vm* address) {
    constexpr char kPrefix[] = "vsock:";
    if (strncmp(text, kPrefix, sizeof kPrefix - 1) != 0) return 0;
    text += sizeof kPrefix - 1;
    *address = {};
    address->svm_family = AF_VSOCK;
    address->svm_cid = VMADDR_CID_ANY;
    if (strchr(text, ':') && !take_number(text, ':', address->svm_cid)) return 0;
    return take_number(text, '\0', address->svm_port);
}
