#include "lib/errno.h"

const char* describe(Errno e) {
    switch (e) {
        case Errno::None: return "no error";
#define ERROR(name, posix, number, text) \
    case Errno::name:                    \
        return text;
#include "abi/errno.def"
#undef ERROR
    }
    return "unknown error";
}
