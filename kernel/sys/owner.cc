#include "sys/owner.h"

#include "proc/process.h"

int lowest_owner(bool (*is_it)(const fs::File&, const void*), const void* object) {
    struct Search {
        bool (*is_it)(const fs::File&, const void*);
        const void* object;
        int pid;
    } search{is_it, object, 0};
    process_visit(
        [](const Process& p, void* context) {
            auto& s = *static_cast<Search*>(context);
            if (!p.files || (s.pid && s.pid < p.pid)) return;
            if (p.files->has(s.is_it, s.object)) s.pid = p.pid;
        },
        &search);
    return search.pid;
}
