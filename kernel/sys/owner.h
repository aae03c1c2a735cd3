// Which processes have objects open?
#pragma once

#include "fs/file_table.h"

// The owners of many objects, found in one walk over the descriptors of all processes. It is one page of
// memory: a hash table of the objects.
class Owners {
  public:
    static constexpr u32 kMost = 220;

    static Owners* create();  // null: no memory
    static void destroy(Owners* owners);

    // The object that a file is in a list; null: it is not in this list.
    using ObjectOf = const void* (*)(const fs::File&);

    bool is_full() const { return count_ == kMost; }
    u32 count() const { return count_; }
    // Null: an object that nobody can have open.
    void add(const void* object);
    void find(ObjectOf object_of);
    // After find(): the lowest pid of the processes that have the i-th object open. 0: none has.
    int pid(u32 i) const { return objects_[i].pid; }
    void clear();

  private:
    static constexpr u32 kBuckets = 256;
    struct Object {
        const void* object;
        int pid;
        u16 next;  // in the bucket; 1 is objects_[0], 0 is the end
    };
    // The addresses are those of objects larger than 64 bytes.
    static u32 bucket_of(const void* object) {
        const uptr n = reinterpret_cast<uptr>(object);
        return (n >> 6 ^ n >> 14) % kBuckets;
    }
    void note(const void* object, int pid);

    u32 count_ = 0;
    u16 first_[kBuckets] = {};
    Object objects_[kMost];
};
