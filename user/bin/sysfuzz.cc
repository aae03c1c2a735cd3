// sysfuzz: random system calls with random and half-valid arguments, from several processes at once.
//
// The same seed makes the same calls. Processes come in short lives: each makes up to kCallsOfALife calls in
// a folder of its own, with a timer that ends it where a call waits for ever. Calls and arguments that would
// end the run itself (poweroff, a kill of the shell), or bother somebody on the network, are not made.
#include "usertests/kit.h"

namespace {

using namespace usertests;

const char kUsage[] =
    "sysfuzz [SEED [CALLS [PROCESSES]]]      default 1, 20000 calls each, 4 processes\n"
    "  Random system calls; the same seed makes the same calls.";

constexpr int kCallsOfALife = 300;
constexpr int kLifeTicks = 1;
constexpr int kIntMin = -2147483647 - 1, kIntMax = 2147483647;

Draw draw(1);
char area[8192];  // where most pointers point

// What an argument stands for, a letter each:
//   f descriptor   b buffer   n length   p path   x program   v argument vector   i small number   a IPv4
//   address k pid to kill  c pktdump mode   d device   s bytes for sbrk   t ticks to sleep   . anything
struct Signature {
    CallNumber number;
    const char* arguments;
};
constexpr Signature kSignatures[] = {
    {kCall_fork, ""},       {kCall_exit, "."},       {kCall_wait, "b"},      {kCall_pipe, "b"},
    {kCall_read, "fbn"},    {kCall_kill, "k"},       {kCall_exec, "xv"},     {kCall_fstat, "fb"},
    {kCall_chdir, "p"},     {kCall_dup, "f"},        {kCall_getpid, ""},     {kCall_sbrk, "si"},
    {kCall_sleep, "t"},     {kCall_uptime, ""},      {kCall_open, "pn"},     {kCall_write, "fbn"},
    {kCall_mknod, "pdi"},   {kCall_unlink, "p"},     {kCall_link, "pp"},     {kCall_mkdir, "p"},
    {kCall_close, "f"},     {kCall_connect, "ann"},  {kCall_pingopen, "a"},  {kCall_settimeout, "fi"},
    {kCall_pktdump, "c"},   {kCall_ifinfo, "ib"},    {kCall_netstats, "b"},  {kCall_meminfo, "b"},
    {kCall_procinfo, "bn"}, {kCall_bootarg, "pbn"},  {kCall_nanouptime, ""}, {kCall_cpuinfo, "b"},
    {kCall_setpgid, "ii"},  {kCall_tcsetpgrp, "fi"},
};

// What a call that is not in the list gets: it must refuse it, whatever it does.
constexpr char kUnknown[] = "jjjjjj";

const char* path() {
    static const char* const kPaths[] = {"a", "b",  "d",  "d/a", "d/b", "d/../a", "d/d",     "d/d/x",
                                         ".", "..", "d/", "",    "/",   "//.",    "no/such", "a/b"};
    static char long_path[200];
    memset(long_path, 'x', sizeof long_path - 1);
    const unsigned i = draw.below(sizeof kPaths / sizeof kPaths[0] + 1);
    return i == sizeof kPaths / sizeof kPaths[0] ? long_path : kPaths[i];
}

long number_of(const void* p) { return reinterpret_cast<long>(p); }
long one_of(const long* from, unsigned n) { return from[draw.below(n)]; }

// The last bytes of the heap, the program's text, or nowhere at all.
long bad_pointer() {
    switch (draw.below(4)) {
        case 0: return number_of(sbrk(0)) - static_cast<long>(draw.below(64));
        case 1: return number_of(reinterpret_cast<const void*>(&bad_pointer));
        default: return static_cast<long>(bad_addresses()[draw.below(kBadAddresses)].at);
    }
}

long vector() {
    static char* words[MAXARG + 8];
    for (char*& word : words) word = draw.below(30) ? area + draw.below(sizeof area) : nullptr;
    if (draw.below(8) == 0)
        words[draw.below(3)] = static_cast<char*>(pointer(static_cast<unsigned long>(bad_pointer())));
    area[sizeof area - 1] = '\0';
    return number_of(words);
}

long small_number() { return static_cast<long>(draw.below(40)) - 3; }

long length() {
    constexpr long kLengths[] = {0,    1,    2,      511, 512,     1024,    1472,    4095,
                                 4096, 8192, 65'536, -1,  kIntMin, kIntMax, 1l << 32};
    return draw.below(2) ? one_of(kLengths, sizeof kLengths / sizeof kLengths[0]) : small_number();
}

// Nobody's, our own, and addresses no packet may have. Never a stranger's.
long address() {
    constexpr long kAddresses[] = {0x0a00'0202, 0x0a00'020f, 0x0a00'024d, 0x7f00'0001, 0, -1, 0xe000'0001};
    return one_of(kAddresses, sizeof kAddresses / sizeof kAddresses[0]);
}

long heap_bytes() {
    constexpr long kBytes[] = {0, 1, 4096, 100'000, -1, -4096, -100'000, 1 << 26, kIntMax, kIntMin};
    return one_of(kBytes, sizeof kBytes / sizeof kBytes[0]);
}

// Only itself, and who is not there: the shell and init shall live.
long pid_to_kill() {
    constexpr long kNobody[] = {0, -1, kIntMin, kIntMax, 1l << 31};
    return draw.below(20) ? one_of(kNobody, sizeof kNobody / sizeof kNobody[0]) : getpid();
}

// No console: what is written there, people see, and what is read there, they typed.
long device() {
    constexpr long kMajors[] = {0, 2, 9, 10, 65'535, -1};
    return one_of(kMajors, sizeof kMajors / sizeof kMajors[0]);
}

long program() {
    static const char* const kPrograms[] = {"/echo", "/wc", "a", "d", "/README", "/"};
    return number_of(kPrograms[draw.below(sizeof kPrograms / sizeof kPrograms[0])]);
}

long anything() {
    switch (draw.below(4)) {
        case 0: return static_cast<long>(draw.next());
        case 1: return bad_pointer();
        case 2: return length();
        default: return small_number();
    }
}

long argument(char kind) {
    switch (kind) {
        case 'f': return draw.below(10) ? static_cast<long>(draw.below(12)) : small_number();
        case 'b': return draw.below(6) ? number_of(area + draw.below(sizeof area)) : bad_pointer();
        case 'n': return draw.below(6) ? length() : anything();
        case 'p': return draw.below(8) ? number_of(path()) : bad_pointer();
        case 'x': return draw.below(8) ? program() : bad_pointer();
        case 'v': return draw.below(8) ? vector() : bad_pointer();
        case 'i': return draw.below(8) ? small_number() : anything();
        case 'a': return address();
        case 'k': return pid_to_kill();
        case 'c': return draw.below(2) ? -1 : 77;
        case 'd': return device();
        case 's': return draw.below(10) ? heap_bytes() : small_number();
        case 't': return static_cast<long>(draw.below(3)) - 1;
        case 'j': return draw.below(3) ? bad_pointer() : -1 - static_cast<long>(draw.below(3));
        default: return anything();
    }
}

bool is_harmless(long number) {
    return number != kCall_poweroff && (number != kCall_exit || draw.below(50) == 0) &&
           (number != kCall_fork || draw.below(10) == 0) && (number != kCall_exec || draw.below(10) == 0);
}

void make_a_call() {
    const long number = draw.below(50) ? 1 + static_cast<long>(draw.below(kCallsEnd - 1)) : anything();
    if (!is_harmless(number)) return;
    const char* kinds = number > 0 && number < kCallsEnd ? kUnknown : "......";
    for (const Signature& s : kSignatures) {
        if (s.number == number) kinds = s.arguments;
    }
    long a[6] = {};
    bool end = false;
    for (long& word : a) {
        end = end || !*kinds;
        word = end ? anything() : argument(*kinds++);
    }
    const long result = call(number, a[0], a[1], a[2], a[3], a[4], a[5]);
    if (number == kCall_fork && result == 0) {  // a child makes a few calls more, but no family of its own
        const long left = static_cast<long>(draw.below(10));
        for (long i = 0; i < left; i++) {
            close(static_cast<int>(draw.below(12)));
            write(static_cast<int>(draw.below(12)), area, 100);
        }
        exit(0);
    }
}

// Files instead of the console, so that nothing is printed or read there.
void take_the_stage(int who) {
    char folder[16];
    snprintf(folder, sizeof folder, "/fuzz%d", who);
    mkdir(folder);
    chdir(folder);
    for (int fd = 0; fd < NOFILE; fd++) close(fd);
    for (int fd = 0; fd < 3; fd++) open("out", O_CREATE | O_RDWR);
    int ends[2];
    if (pipe(ends) == 0) write(ends[1], area, 3000);  // so that a read does not wait
    settimeout(pingopen(0x0a00'0202), 20);
}

[[noreturn]] void live(u64 seed, int who) {
    draw = Draw(seed);
    bad_addresses();
    take_the_stage(who);
    for (char& c : area) c = static_cast<char>(draw.below(8) ? 'a' + draw.below(26) : draw.next());
    for (int i = 0; i < kCallsOfALife; i++) make_a_call();
    exit(0);
}

// Life after life; whoever waits too long is ended.
[[noreturn]] void run(u64 seed, int who, long calls) {
    for (long life = 0; life * kCallsOfALife < calls; life++) {
        const int pid = fork();
        if (pid == 0) live(seed * 1'000'003 + static_cast<u64>(life), who);
        const int timer = pid > 0 ? fork() : -1;
        if (timer == 0) {
            sleep(kLifeTicks);
            kill(pid);
            exit(0);
        }
        if (pid < 0 || timer < 0) {  // others have taken all there is
            if (pid > 0) kill(pid);
            sleep(1);
        }
        while (pid > 0 && wait(nullptr) != pid) continue;
        if (timer > 0) kill(timer);
        while (wait(nullptr) > 0) continue;
    }
    exit(0);
}

void clean_up(int who) {
    char folder[16];
    snprintf(folder, sizeof folder, "/fuzz%d", who);
    if (chdir(folder) < 0) return;
    for (const char* name : {"d/d/x", "d/d/a", "d/d", "d/a", "d/b", "d/x", "d", "a", "b", "out", "x"})
        unlink(name);
    char all_x[] = "xxxxxxxxxxxxxx";
    unlink(all_x);
    chdir("/");
    unlink(folder);
    for (const char* name : {"a", "b", "d/a", "d/b", "d"}) unlink(name);  // who had gone to .. made them here
}

}  // namespace

int main(int argc, char** argv) {
    help_if_asked(argc, argv, kUsage);
    long seed = 1, calls = 20'000, processes = 4;
    if (argc > 4 || (argc > 1 && !parse_number(argv[1], 0, 1l << 40, &seed)) ||
        (argc > 2 && !parse_number(argv[2], 1, 1l << 40, &calls)) ||
        (argc > 3 && !parse_number(argv[3], 1, 16, &processes)))
        bad_usage(kUsage);
    const Usage before = usage();
    for (int i = 0; i < processes; i++) {
        const int pid = fork();
        if (pid == 0) run(static_cast<u64>(seed * 100 + i), i, calls);
        if (pid < 0) die("fork: %s", strerror(pid));
    }
    while (wait(nullptr) > 0) continue;
    for (int i = 0; i < processes; i++) clean_up(i);
    if (!nothing_lost(before)) die("seed %ld: %s", seed, remark);
    printf("sysfuzz: seed %ld: %ld processes of %ld calls, nothing lost\n", seed, processes, calls);
    return 0;
}
