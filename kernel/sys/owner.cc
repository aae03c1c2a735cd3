#include "sys/owner.h"

#include "lib/string.h"
#include "mm/kalloc.h"
#include "mm/layout.h"
#include "proc/process.h"

static_assert(sizeof(Owners) <= mm::kPageSize);

Owners* Owners::create() {
    void* page = mm::page_alloc();
    return page ? new (page) Owners : nullptr;
}

void Owners::destroy(Owners* owners) { mm::page_free(owners); }

void Owners::clear() {
    count_ = 0;
    memset(first_, 0, sizeof first_);
}

void Owners::add(const void* object) {
    Object& o = objects_[count_++];
    o = {object, 0, 0};
    if (!object) return;
    u16& first = first_[bucket_of(object)];
    o.next = first;
    first = static_cast<u16>(count_);
}

void Owners::note(const void* object, int pid) {
    for (u16 i = first_[bucket_of(object)]; i; i = objects_[i - 1].next) {
        Object& o = objects_[i - 1];
        if (o.object == object && (o.pid == 0 || pid < o.pid)) o.pid = pid;
    }
}

void Owners::find(ObjectOf object_of) {
    struct Search {
        Owners& owners;
        ObjectOf object_of;
        int pid;
    } search{*this, object_of, 0};
    process_visit(
        [](const Process& p, void* context) {
            if (!p.files) return;
            static_cast<Search*>(context)->pid = p.pid;
            p.files->visit(
                [](const fs::File& f, void* found_by) {
                    const auto& s = *static_cast<Search*>(found_by);
                    if (const void* object = s.object_of(f)) s.owners.note(object, s.pid);
                },
                context);
        },
        &search);
}
