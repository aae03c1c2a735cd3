// Strings, numbers and lines: functions of C's library that kernel/lib/string.cc does not have.
#include "user.h"

extern "C" {

char* strcpy(char* to, const char* from) {
    memcpy(to, from, strlen(from) + 1);
    return to;
}

char* strchr(const char* s, char c) {
    for (; *s; s++) {
        if (*s == c) return const_cast<char*>(s);
    }
    return nullptr;
}

int atoi(const char* s) {
    unsigned n = 0;
    while (*s >= '0' && *s <= '9') n = n * 10 + static_cast<unsigned>(*s++ - '0');
    return static_cast<int>(n);
}

// One byte per read(): the bytes after the line stay for the next reader of the descriptor, which may be
// another process.
int fgetline(int fd, char* line, int size) {
    int n = 0;
    while (n + 1 < size) {
        const int got = read(fd, line + n, 1);
        if (got < 0 && n == 0) return got;
        if (got <= 0) break;
        if (line[n++] == '\n') break;
    }
    line[n] = '\0';
    return n;
}

char* gets(char* line, int size) {
    if (fgetline(0, line, size) < 0) line[0] = '\0';
    return line;
}

int parse_number(const char* text, long min, long max, long* value) {
    const bool negative = *text == '-';
    const char* p = negative ? text + 1 : text;
    if (!*p) return 0;
    long n = 0;
    for (; *p; p++) {
        if (*p < '0' || *p > '9' || n > 100'000'000'000'000'000) return 0;
        n = n * 10 + (*p - '0');
    }
    if (negative) n = -n;
    if (n < min || n > max) return 0;
    *value = n;
    return 1;
}

int parse_ip(const char* text, uint32* ip) {
    uint32 address = 0;
    for (int part = 0; part < 4; part++) {
        uint32 n = 0;
        int digits = 0;
        for (; *text >= '0' && *text <= '9'; text++, digits++) n = n * 10 + static_cast<uint32>(*text - '0');
        if (digits < 1 || digits > 3 || n > 255) return 0;
        address = address << 8 | n;
        if (*text++ != (part < 3 ? '.' : '\0')) return 0;
    }
    *ip = address;
    return 1;
}

char* ip_text(uint32 ip, char text[16]) {
    snprintf(text, 16, "%u.%u.%u.%u", ip >> 24, ip >> 16 & 255, ip >> 8 & 255, ip & 255);
    return text;
}

}  // extern "C"
