// QEMU's end of the vhost-user conversation.
#pragma once

#include <vector>

#include "fake/vsockd/driver_queue.h"
#include "tools/vsockd/vhost_message.h"

namespace fake {

using vsockd::Request;

class FakeQemu {
  public:
    explicit FakeQemu(tools::Fd socket) : socket_(std::move(socket)) {}

    // Sends one message.
    void send(Request request, Bytes payload, std::vector<int> files = {}, bool need_reply = false);
    template <class T>
    void send(Request request, const T& payload, std::vector<int> files = {}, bool need_reply = false) {
        send(request, Bytes(reinterpret_cast<const u8*>(&payload), sizeof payload), std::move(files),
             need_reply);
    }
    // The payload of the answer that has come; empty if there is none.
    std::vector<u8> answer();
    template <class T>
    T answer_as() {
        T value{};
        const std::vector<u8> bytes = answer();
        EXPECT_EQ(bytes.size(), sizeof value);
        if (bytes.size() == sizeof value) std::memcpy(&value, bytes.data(), sizeof value);
        return value;
    }
    // vsockd has ended the conversation.
    bool is_refused();
    int fd() const { return socket_.get(); }

    // Messages of the conversation.
    void offer_memory(SharedMemory& memory);
    void offer_queue(u32 index, const vsockd::Virtqueue::Place& place, u16 base, int kick, int call);
    void enable(u32 index, bool on) { send(Request::SetVringEnable, vsockd::VringState{index, on}); }

  private:
    tools::Fd socket_;
};

}  // namespace fake
