// The messages of vhost-user ("Vhost-user Protocol", docs/interop/vhost-user.rst of QEMU): a header, a
// payload, and file descriptors, over a UNIX socket to QEMU.
#pragma once

#include <sys/socket.h>

#include <array>
#include <cstring>
#include <optional>
#include <span>
#include <vector>

#include "tools/vsockd/memory.h"

namespace vsockd {

enum class Request : u32 {
    GetFeatures = 1,
    SetFeatures = 2,
    SetOwner = 3,
    ResetOwner = 4,
    SetMemTable = 5,
    SetVringNum = 8,
    SetVringAddr = 9,
    SetVringBase = 10,
    GetVringBase = 11,
    SetVringKick = 12,
    SetVringCall = 13,
    SetVringErr = 14,
    GetProtocolFeatures = 15,
    SetProtocolFeatures = 16,
    SetVringEnable = 18,
    GetConfig = 24,
};

struct VringState {
    u32 index, value;
};
struct VringAddress {
    u32 index, flags;
    u64 descriptors, used, available, log;
};
// The low byte is the queue; kNoFile says that no descriptor is attached.
struct VringFile {
    static constexpr u64 kNoFile = 0x100;
    u64 value;
};
struct ConfigRange {
    u32 offset, size, flags;
};

// A received message. Its length was checked to fit the buffer, not what the request needs: get() does that.
class Message {
  public:
    static constexpr usize kMaxPayload = 512, kMaxFiles = GuestMemory::kMaxRegions;

    Request request() const { return static_cast<Request>(header_.request); }
    u32 number() const { return header_.request; }
    bool needs_reply() const { return header_.flags & kNeedReply; }
    Bytes payload() const { return {payload_.data(), header_.size}; }
    std::vector<Fd>& files() { return files_; }

    // The payload as a T; nothing unless it has exactly this size.
    template <class T>
    std::optional<T> get() const {
        T value;
        if (header_.size != sizeof value) return std::nullopt;
        std::memcpy(&value, payload_.data(), sizeof value);
        return value;
    }

  private:
    friend class MessageSocket;
    static constexpr u32 kVersionMask = 3, kVersion = 1, kReply = 4, kNeedReply = 8;
    struct Header {
        u32 request, flags, size;
    };
    Header header_{};
    std::array<u8, kMaxPayload> payload_;
    std::vector<Fd> files_;
};

// One end of the socket to QEMU. Never blocks.
class MessageSocket {
  public:
    explicit MessageSocket(Fd fd) : fd_(std::move(fd)) {}
    int fd() const { return fd_.get(); }

    // The next message, complete. Nothing: not yet, or, if ended(), never again. The message stays valid
    // until the next call.
    Message* receive();
    bool ended() const { return ended_; }
    void end() { ended_ = true; }

    // Answers a message. A QEMU that does not read its answers ends the conversation.
    void reply(const Message& to, Bytes payload);

  private:
    bool fill();
    bool take_files(msghdr& header);

    Fd fd_;
    Message message_;
    usize received_ = 0;  // bytes of header and payload
    bool ended_ = false;
};

}  // namespace vsockd
