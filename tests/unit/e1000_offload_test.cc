// The E1000's transmit ring with scattered frames, and with checksum and segmentation offload.
#include <gtest/gtest.h>

#include <memory>

#include "dev/e1000_hw.h"
#include "fake/e1000_device.h"
#include "net/wire/ipv4.h"
#include "net/wire/tcp.h"
#include "new_mbuf.h"
#include "packets.h"
#include "world.h"

namespace {

using dev::E1000Reg;
using net::Mbuf;
using net::MbufPtr;
using net::Offload;
using packets::Packet;

constexpr net::Ipv4Addr kFrom{10, 0, 2, 15}, kTo{10, 0, 2, 2};

struct alignas(4096) Page {
    u8 bytes[4096] = {};
};

class TxOffload : public testing::Test {
  protected:
    void SetUp() override {
        fake::world().reset();
        before_ = net::mbuf_usage().in_use();
        tx_.use(page_.get());
        dev::e1000_start_transmitter(nic_, mm::phys_of(page_.get()));
    }
    void TearDown() override {
        tx_.release();
        payload_.reset();
        EXPECT_EQ(net::mbuf_usage().in_use(), before_);
    }

    // A frame as the stack gives it to the hardware: Ethernet, IPv4 and TCP headers, then `n` bytes in
    // fragments.
    MbufPtr frame(usize n, Offload offload, usize mss = 1460, u16 flags = net::TcpFlags::Ack,
                  usize piece = 700) {
        MbufPtr m = new_mbuf();
        auto* tcp = reinterpret_cast<net::TcpHeader*>(m->put(20));
        *tcp = {80, 4000, 1000, 2000, net::TcpHeader::offset_and_flags(20, flags), 65535, 0, 0};
        net::Checksum sum;
        sum.add_pseudo_header(kFrom, kTo, net::IpProtocol::Tcp, offload == Offload::TcpSegments ? 0 : 20 + n);
        tcp->checksum = static_cast<u16>(~sum.finish());
        payload_ = new_mbuf(0);
        data_ = packets::filled(piece);
        std::copy(data_.begin(), data_.end(), payload_->put(piece));
        for (usize left = n; left > 0; left -= std::min(left, piece))
            EXPECT_TRUE(m->attach(*payload_, payload_->data(), std::min(left, piece)));
        m->set_offload(offload, mss);
        auto* ip = m->push_header<net::Ipv4Header>();
        *ip = net::Ipv4Header::make(kFrom, kTo, net::IpProtocol::Tcp, 20 + n, 7);
        const Packet ether{2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 8, 0};
        std::copy(ether.begin(), ether.end(), m->push(14));
        return m;
    }
    void send(MbufPtr m) {
        ASSERT_TRUE(dev::make_fit_for_wire(*m).ok());
        ASSERT_TRUE(tx_.push(std::move(m)));
        nic_.write(E1000Reg::Tdt, tx_.tail());
    }
    // The payload of a sent frame; checks the checksums.
    Packet payload_of(const Packet& f, u32 seq, u16 flags) {
        const auto ip = net::Ipv4Packet::parse(Bytes(f).subspan(14));
        if (!ip) return ADD_FAILURE() << "no IPv4", Packet{};
        EXPECT_TRUE(ip->header_checksum_ok());
        const auto tcp = net::TcpSegment::parse(ip->payload());
        if (!tcp) return ADD_FAILURE() << "no TCP", Packet{};
        EXPECT_TRUE(tcp->checksum_ok(kFrom, kTo));
        EXPECT_EQ(tcp->seq(), seq);
        EXPECT_EQ(tcp->flags().bits, flags);
        return Packet(tcp->payload().begin(), tcp->payload().end());
    }
    Packet wanted(usize n) const {
        Packet p;
        while (p.size() < n) p.insert(p.end(), data_.begin(), data_.end());
        p.resize(n);
        return p;
    }

    fake::E1000Device nic_;
    std::unique_ptr<Page> page_ = std::make_unique<Page>();
    dev::TxRing tx_;
    MbufPtr payload_;
    Packet data_;
    u64 before_ = 0;
};

TEST_F(TxOffload, GathersAndFillsInTheChecksum) {
    send(frame(1401, Offload::TcpChecksum));
    ASSERT_EQ(nic_.sent.size(), 1u);
    EXPECT_EQ(payload_of(nic_.sent[0], 1000, net::TcpFlags::Ack), wanted(1401));
    EXPECT_EQ(nic_.descriptors_sent, 5u) << "a context, the headers, three fragments";
    EXPECT_EQ(tx_.mbufs_held(), 1u);
    tx_.reclaim();
    EXPECT_EQ(tx_.mbufs_held(), 0u);
}

TEST_F(TxOffload, TellsTheContextOnce) {
    for (int i = 0; i < 3; i++) send(frame(1000, Offload::TcpChecksum));
    EXPECT_EQ(nic_.contexts, 1u);
    send(frame(3000, Offload::TcpSegments));
    send(frame(1000, Offload::TcpChecksum));
    EXPECT_EQ(nic_.contexts, 3u);
    for (usize i : {0u, 1u, 2u, 6u})
        EXPECT_EQ(payload_of(nic_.sent[i], 1000, net::TcpFlags::Ack), wanted(1000));
}

TEST_F(TxOffload, CutsSegments) {
    constexpr u16 kFlags = net::TcpFlags::Ack | net::TcpFlags::Psh | net::TcpFlags::Fin;
    send(frame(20'000, Offload::TcpSegments, 1448, kFlags));
    ASSERT_EQ(nic_.sent.size(), 14u);
    Packet all;
    for (usize i = 0; i < 14; i++) {
        const u16 flags = i < 13 ? u16{net::TcpFlags::Ack} : kFlags;
        const Packet part = payload_of(nic_.sent[i], static_cast<u32>(1000 + i * 1448), flags);
        all = packets::join(all, part);
    }
    EXPECT_EQ(all, wanted(20'000));
}

TEST_F(TxOffload, CutsTheMostThereCanBe) {
    send(frame(65'000, Offload::TcpSegments, 1460, net::TcpFlags::Ack, 1000));
    EXPECT_EQ(nic_.sent.size(), 45u);
}

TEST_F(TxOffload, ScatteredWithoutWorkGoesAsItIs) {
    MbufPtr m = frame(1000, Offload::None);
    const Packet before = [&] {
        Packet p;
        m->for_each_range([&p](Bytes b) { p.insert(p.end(), b.begin(), b.end()); });
        return p;
    }();
    send(std::move(m));
    EXPECT_EQ(nic_.sent.front(), before);
    EXPECT_EQ(nic_.contexts, 0u);
}

TEST_F(TxOffload, KnowsWhenTheRingIsFull) {
    nic_.stalled = true;
    u32 n = 0;
    MbufPtr m = frame(2100, Offload::TcpSegments);
    for (; tx_.push(std::move(m)); n++) m = frame(2100, Offload::TcpSegments);
    EXPECT_TRUE(m) << "no room, so the caller keeps it";
    m.reset();
    EXPECT_EQ(n, 63u) << "a context, then four slots each, of 255";
    nic_.write(E1000Reg::Tdt, tx_.tail());
    nic_.transmit(5);
    tx_.reclaim();
    EXPECT_EQ(tx_.mbufs_held(), 62u);
    nic_.transmit(3);
    tx_.reclaim();
    EXPECT_EQ(tx_.mbufs_held(), 62u) << "only complete frames are freed";
    nic_.transmit(1);
    tx_.reclaim();
    EXPECT_EQ(tx_.mbufs_held(), 61u);
    nic_.transmit(255);
    tx_.reclaim();
    EXPECT_EQ(tx_.mbufs_held(), 0u);
}

TEST_F(TxOffload, WrapsManyTimes) {
    for (int i = 0; i < 300; i++) {
        send(frame(4999, Offload::TcpSegments, 1000));
        tx_.reclaim();
        EXPECT_EQ(nic_.sent.size(), 5u);
        nic_.sent.clear();
    }
    EXPECT_EQ(tx_.mbufs_held(), 0u);
}

TEST_F(TxOffload, RefusesWhatNoFrameCanBe) {
    EXPECT_EQ(dev::make_fit_for_wire(*frame(2000, Offload::TcpChecksum)).error(), Errno::MsgSize);
    EXPECT_EQ(dev::make_fit_for_wire(*frame(70'000, Offload::TcpSegments, 1460, 16, 1000)).error(),
              Errno::MsgSize);
    MbufPtr m = new_mbuf();
    m->put(10);
    payload_ = new_mbuf();
    payload_->put(100);
    EXPECT_TRUE(m->attach(*payload_, payload_->data(), 100));
    EXPECT_EQ(dev::make_fit_for_wire(*m).error(), Errno::Inval);
}

TEST_F(TxOffload, PadsAShortScatteredFrame) {
    MbufPtr m = frame(2, Offload::None);
    EXPECT_TRUE(dev::make_fit_for_wire(*m).ok());
    EXPECT_EQ(m->length(), 60u);
    EXPECT_FALSE(m->is_scattered());
}

}  // namespace
