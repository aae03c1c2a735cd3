// The array of entries that a program passes to netlist().
#pragma once

#include "mm/uaccess.h"
#include "sys/owner.h"

struct EntryRange {
    usize first;  // the index of the first entry that is wanted
    UserAddr to;  // the array
    usize room;   // its length
};

template <class Entry>
class Entries {
  public:
    explicit Entries(const EntryRange& wanted) : to_(wanted.to), room_(wanted.room) {}

    // Appends an entry. False: no more are wanted, because the array is full or its address is bad.
    bool put(const Entry& e) { return append(e) && wants_more(); }

    // The result of the system call.
    Result<i64> answer() const {
        if (!failure_.ok()) return failure_.error();
        return static_cast<i64>(count_);
    }

  protected:
    UserAddr at(usize i) const { return to_ + i * sizeof(Entry); }
    bool wants_more() const { return failure_.ok() && count_ < room_; }
    bool append(const Entry& e) {
        if (!wants_more()) return false;
        failure_ = mm::copy_out(at(count_), &e, sizeof e);
        if (failure_.ok()) count_++;
        return failure_.ok();
    }
    Result<> failure_;

  private:
    const UserAddr to_;
    const usize room_;
    usize count_ = 0;
};

// Entries that tell a pid. It is copied after the rest of the entry, together with those of many others.
template <class Entry>
class OwnedEntries : public Entries<Entry> {
    using Base = Entries<Entry>;

  public:
    OwnedEntries(const EntryRange& wanted, Owners::ObjectOf object_of)
        : Base(wanted), object_of_(object_of), owners_(Owners::create()) {
        if (!owners_) this->failure_ = Errno::NoMem;
    }
    OwnedEntries(const OwnedEntries&) = delete;
    OwnedEntries& operator=(const OwnedEntries&) = delete;
    ~OwnedEntries() {
        if (owners_) Owners::destroy(owners_);
    }

    // `object`: which one its owner has open; null: it has no owner.
    bool put(const Entry& e, const void* object) {
        if (!this->append(e)) return false;
        owners_->add(object);
        if (owners_->is_full()) settle();
        return this->wants_more();
    }

    // Once, after the last entry.
    Result<i64> answer() {
        if (owners_) settle();
        return Base::answer();
    }

  private:
    void settle() {
        if (owners_->count() == 0) return;
        owners_->find(object_of_);
        for (u32 i = 0; i < owners_->count() && this->failure_.ok(); i++) {
            const int pid = owners_->pid(i);
            const UserAddr to = this->at(settled_ + i) + offsetof(Entry, pid);
            if (pid) this->failure_ = mm::copy_out(to, &pid, sizeof pid);
        }
        settled_ += owners_->count();
        owners_->clear();
    }

    const Owners::ObjectOf object_of_;
    Owners* const owners_;
    usize settled_ = 0;  // entries whose pid has been copied
};
