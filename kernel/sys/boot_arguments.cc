#include "sys/boot_arguments.h"

#include "lib/format.h"
#include "lib/log.h"
#include "lib/string.h"
#include "net/tcp/congestion.h"
#include "net/wire/addr.h"
#include "sys/boot.h"
#include "sys/provoke.h"

namespace {

// --- what a value may be

// Takes digits off the front of p. Returns 0 if there are none, and a number above max if theirs is.
u64 take_number(const char*& p, u64 max) {
    u64 n = 0;
    for (; *p >= '0' && *p <= '9' && n <= max; p++) n = n * 10 + static_cast<u64>(*p - '0');
    return n;
}

// Whether it is a decimal number from min to max.
bool is_number(const char* text, u64 min, u64 max) {
    const char* p = text;
    const u64 n = take_number(p, max);
    return p != text && !*p && n >= min && n <= max;
}

bool is_any(const char*) { return true; }
bool is_port(const char* text) { return is_number(text, 1, 65535); }
bool is_poll_time(const char* text) { return is_number(text, 0, 1'000'000); }
bool is_address(const char* text) { return net::Ipv4Addr::parse(text).has_value(); }
bool is_prefix(const char* text) { return net::Ipv4Prefix::parse(text).has_value(); }
bool is_prefix_or_dhcp(const char* text) { return is_prefix(text) || strcmp(text, "dhcp") == 0; }
bool is_congestion_control(const char* text) { return net::find_congestion_control(text); }

// "10.0.2.3" or "10.0.2.3:53".
bool is_name_server(const char* text) {
    char address[16];
    usize n = 0;
    while (text[n] && text[n] != ':') n++;
    if (n >= sizeof address || (text[n] == ':' && !is_port(text + n + 1))) return false;
    memcpy(address, text, n);
    address[n] = '\0';
    return is_address(address);
}

bool is_dump_mode(const char* text) {
    return strcmp(text, "off") == 0 || strcmp(text, "brief") == 0 || strcmp(text, "full") == 0;
}

// COLUMNSxROWS.
bool is_terminal_size(const char* text) {
    unsigned columns, rows;
    return parse_terminal_size(text, columns, rows);
}

// --- the list of all boot arguments

constexpr char kPrefix[] = "expected ADDRESS/LENGTH such as 10.0.2.15/24";
constexpr char kAddress[] = "expected an IPv4 address such as 10.0.2.2";
constexpr char kPort[] = "expected a port, 1 to 65535";

constexpr struct Known {
    const char* name;
    bool (*is_valid)(const char* value);  // an empty value always is: it means the default
    const char* otherwise;
    bool is_long = false;  // of any length; who uses it checks it
} kKnown[] = {
    // of eth0; default 10.0.2.15/24, as QEMU's user network has it. dhcp: a program asks a DHCP server for it
    {"ip", is_prefix_or_dhcp, "expected ADDRESS/LENGTH such as 10.0.2.15/24, or dhcp"},
    {"gw", is_address, kAddress},  // the default gateway; default 10.0.2.2, 0.0.0.0: none
    {"ip1", is_prefix, kPrefix},   // of eth1, and so on; default: the interface has no address
    {"ip2", is_prefix, kPrefix},
    {"ip3", is_prefix, kPrefix},
    {"nameserver", is_name_server,
     "expected ADDRESS or ADDRESS:PORT such as 10.0.2.3:53"},  // default 10.0.2.3:53
    {"host", is_address, kAddress},  // where `make server` runs; default 10.0.2.2, QEMU's name for the host
    {"server", is_port, kPort},      // of `make server`: UDP echo,
    {"sink", is_port, kPort},        // the UDP sink,
    {"dns", is_port, kPort},         // the DNS responder,
    {"http", is_port, kPort},        // and the files of a folder over HTTP
    {"dump", is_dump_mode, "expected off, brief or full"},  // pktdump's mode; default off
    {"dumpfilter", is_any, "", true},  // which packets are printed: `pktdump -ddd EXPRESSION`; default all
    {"congestion", is_congestion_control, "expected cubic or newreno"},         // of TCP; default cubic
    {"poll", is_poll_time, "expected a number of microseconds, 0 to 1000000"},  // network_init(); default 100
    {"terminal", is_terminal_size, "expected COLUMNSxROWS such as 80x24"},  // of the console; default 80x24
    {"services", is_any, ""},  // programs that init starts: services="httpd inetd"; default none
    {"run", is_any, ""},       // a command that init runs instead of a shell, then it powers off
    {"netctl", is_any, ""},    // the program that gets the network control descriptor; default netd
    {"provoke", is_provocation, kProvocations},  // sys/provoke.h; default none
};

constexpr usize kMostLength = 255;  // of a value

// --- the command line, word by word

struct Argument {
    const char *name, *value;
    usize name_length, value_length;

    bool is(const char* wanted) const {
        return strlen(wanted) == name_length && strncmp(name, wanted, name_length) == 0;
    }
    bool copy_value(char* to, usize room) const {
        if (value_length >= room) return false;
        memcpy(to, value, value_length);
        to[value_length] = '\0';
        return true;
    }
};

// Takes the next one off the front of p. False: there is none.
bool next_argument(const char*& p, Argument& a) {
    while (*p == ' ') p++;
    if (!*p) return false;
    a.name = p;
    while (*p && *p != ' ' && *p != '=') p++;
    a.name_length = static_cast<usize>(p - a.name);
    a.value = *p == '=' ? ++p : p;
    const char end = *p == '"' ? '"' : ' ';
    if (end == '"') a.value = ++p;
    while (*p && *p != end) p++;
    a.value_length = static_cast<usize>(p - a.value);
    if (*p) p++;
    return true;
}

const Known* find_known(const Argument& a) {
    for (const Known& k : kKnown) {
        if (a.is(k.name)) return &k;
    }
    return nullptr;
}

// What is wrong with it; null: nothing. An empty value means the default.
const char* find_fault(const Argument& a) {
    char value[kMostLength + 1];
    const Known* known = find_known(a);
    if (!known) return "unknown";
    if (known->is_long) return nullptr;
    if (!a.copy_value(value, sizeof value)) return "longer than 255 characters";
    return !*value || known->is_valid(value) ? nullptr : known->otherwise;
}

void complain(const Argument& a, const char* fault) {
    const bool bare = a.value == a.name + a.name_length;
    log("boot argument %.*s%s%.*s is ignored: %s", static_cast<int>(a.name_length), a.name, bare ? "" : "=",
        static_cast<int>(a.value_length < 40 ? a.value_length : 40), a.value, fault);
}

void list_known() {
    char names[200];
    usize n = 0;
    for (const Known& k : kKnown) {
        if (n < sizeof names) n += static_cast<usize>(format_to(names + n, sizeof names - n, " %s", k.name));
    }
    log("boot arguments:%s (kernel/sys/boot_arguments.cc)", names);
}

}  // namespace

bool parse_terminal_size(const char* text, unsigned& columns, unsigned& rows) {
    constexpr u64 kMost = 9999;
    columns = static_cast<unsigned>(take_number(text, kMost));
    if (*text++ != 'x') return false;
    rows = static_cast<unsigned>(take_number(text, kMost));
    return !*text && columns > 0 && columns <= kMost && rows > 0 && rows <= kMost;
}

void boot_arguments_check() {
    const char* p = machine().boot_arguments;
    bool unknown = false;
    if (strlen(p) + 1 == sizeof machine().boot_arguments)
        log("the boot arguments are cut off after %zu characters", strlen(p));
    for (Argument a; next_argument(p, a);) {
        if (const char* fault = find_fault(a)) complain(a, fault);
        unknown |= !find_known(a);
    }
    if (unknown) list_known();
}

bool boot_argument(const char* name, char* value, usize room) {
    const char* p = machine().boot_arguments;
    bool found = false;
    for (Argument a; next_argument(p, a);) {
        if (a.is(name) && !find_fault(a)) found = a.copy_value(value, room);
    }
    return found;
}

TextView boot_argument_text(const char* name) {
    const char* p = machine().boot_arguments;
    TextView found;
    for (Argument a; next_argument(p, a);) {
        if (a.is(name)) found = {a.value, a.value_length};
    }
    return found;
}
