#include "datagrams.h"

#include <cstring>

#include "abi/net.h"
#include "lib/errno.h"
#include "shortage.h"

namespace sim {

static packets::Packet datagram(const Series& s, usize index) {
    const usize n = s.sizes[index];
    packets::Packet bytes(n);
    const Label label{s.id, static_cast<u32>(index), static_cast<u32>(n)};
    std::memcpy(bytes.data(), &label, sizeof label);
    fill(s.id * 1000 + index, 0, MutBytes(bytes).subspan(sizeof label));
    return bytes;
}

void take_datagram(std::vector<std::unique_ptr<Series>>& all, Bytes bytes, bool doubled, Report& report) {
    Label label{};
    if (bytes.size() < sizeof label) return report.fail("a datagram is too short");
    std::memcpy(&label, bytes.data(), sizeof label);
    for (const auto& s : all) {
        if (s->id != label.id) continue;
        if (label.index >= s->sent || label.length != bytes.size())
            return report.fail("conversation %u: datagram %u arrives with %zu of %u bytes", s->id,
                               label.index, bytes.size(), label.length);
        if (!matches(s->id * 1000 + label.index, 0, bytes.subspan(sizeof label)))
            return report.fail("conversation %u: datagram %u arrives with wrong bytes", s->id, label.index);
        if (++s->copies[label.index] > 1 && !doubled)
            report.fail("conversation %u: datagram %u arrives twice", s->id, label.index);
        return;
    }
    report.fail("a datagram arrives that nobody sent");
}

DatagramSender::DatagramSender(Host& host, Network& network, Report& report, Series& series,
                               std::function<void(Bytes)> answered)
    : Program(host, network, report), series_(series), answered_(std::move(answered)) {}

void DatagramSender::open() {
    const auto open = [this] {
        return series_.pings ? host_.kernel().open_echo(addr_of(series_.to)) : open_udp(host_.stack());
    };
    socket_ = with_patience(open).value();
    const auto bind = [this] { return host_.bind(*socket_, net::IpProtocol::Udp, 0); };
    if (!series_.pings && !with_patience(bind).ok())
        report_.fail("host %u has no port for datagrams", host_.number());
    next_ = net::platform::now();
}

void DatagramSender::send() {
    const packets::Packet bytes = datagram(series_, series_.sent);
    const net::SocketAddr to{addr_of(series_.to), kDatagramPort};
    const auto sent =
        socket_->send(user_address(bytes.data()), bytes.size(), 0x40, series_.pings ? nullptr : &to);
    report_.say("conversation %u: host %u sends %zu bytes: %s", series_.id, host_.number(), bytes.size(),
                describe(sent.error()));
    if (!sent.ok()) {
        series_.failed = true;
        const bool lost = sent.error() == Errno::HostUnreach || sent.error() == Errno::NoBufs;
        const bool no_room = sent.error() == Errno::Again && (host_.application() || memory_may_fail());
        if (!lost && !no_room && !lacks_memory(sent.error()))
            report_.fail("conversation %u: sending a datagram: error %s", series_.id, describe(sent.error()));
    }
    series_.sent++;
}

void DatagramSender::run(Instant now) {
    if (over_) return;
    if (!socket_) open();
    while (series_.sent < series_.sizes.size() && now >= next_) {
        send();
        next_ = next_ + series_.every;
        run_at(next_);
    }
    if (series_.pings) read_answers();
    // A reassembly may take a minute.
    if (series_.sent == series_.sizes.size() && now > next_ + kHeal + kPatience) close();
}

void DatagramSender::read_answers() {
    while (socket_->poll(nullptr) & POLLIN) {
        packets::Packet bytes(net::DatagramSocket::kMaxPayload + sizeof(ping_reply));
        const auto got = socket_->receive(user_address(bytes.data()), bytes.size(), 0x40, nullptr);
        if (lacks_memory(got.error())) return;
        if (!got.ok())
            return report_.fail("conversation %u: ping: error %s", series_.id, describe(got.error()));
        bytes.resize(got.value());
        answered_(Bytes(bytes).subspan(sizeof(ping_reply)));
        report_.totals.echoes++;
    }
}

void DatagramSender::close() {
    over_ = true;
    if (socket_) socket_->close();
    socket_ = {};
}

void DatagramSender::die() {
    if (over_ || !socket_) return;
    series_.failed = true;
    close();
}

DatagramSink::DatagramSink(Host& host, Network& network, Report& report, std::function<void(Bytes)> taken)
    : Program(host, network, report), taken_(std::move(taken)) {
    socket_ = with_patience([&] { return open_udp(host.stack()); }).value();
    const auto bound = with_patience([&] { return socket_->bind({net::Ipv4Addr(), kDatagramPort}); });
    if (!bound.ok()) report.fail("the datagram port is in use");
}

void DatagramSink::run(Instant) {
    while (socket_ && socket_->poll(nullptr) & POLLIN) {
        packets::Packet bytes(net::DatagramSocket::kMaxPayload);
        const auto got = socket_->receive(user_address(bytes.data()), bytes.size(), 0x40, nullptr);
        if (lacks_memory(got.error())) return;
        if (!got.ok()) return report_.fail("a datagram socket: error %s", describe(got.error()));
        host_.count_datagram();
        report_.totals.datagrams++;
        taken_(Bytes(bytes).first(got.value()));
    }
}

void DatagramSink::die() {
    if (!socket_) return;
    for (usize n = socket_->queued(); n > 0; n--) host_.count_datagram();
    socket_->close();
    socket_ = {};
}

}  // namespace sim
