#include "fake_device.h"

#include <gtest/gtest.h>

#include <cstring>

#include "tcp_sim.h"

using namespace net;

packets::Packet FakeDevice::take_sent() {
    if (sent.empty()) return {};
    packets::Packet first = std::move(sent.front());
    sent.pop_front();
    return first;
}

void FakeDevice::receive(const packets::Packet& frame) {
    MbufPtr m = Mbuf::alloc(kRxHeadroom);
    ASSERT_TRUE(m) << "out of mbufs";
    u8* p = m->put(frame.size());
    ASSERT_TRUE(p) << "the frame is too long for an mbuf";
    if (!frame.empty()) std::memcpy(p, frame.data(), frame.size());
    net_rx(*this, std::move(m));
}

Result<> FakeDevice::transmit(MbufPtr& frame) {
    const std::lock_guard guard(sending_);
    if (!up) {
        frame.reset();
        return Errno::NetDown;
    }
    if (room == 0) return Errno::Again;
    EXPECT_TRUE((features() & kGather) || !frame->is_scattered()) << "this device needs frames in one piece";
    if (room > 0) room--;
    for (packets::Packet& p : sim::as_the_hardware_sends(*frame)) sent.push_back(std::move(p));
    if (keeps) kept.push_tail(std::move(frame));
    frame.reset();
    return {};
}

Result<> FakeDevice::wait_for_room() {
    waits++;
    if (on_wait) return on_wait();
    room = -1;
    return {};
}
