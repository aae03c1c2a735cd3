// Programs that send datagrams and echo requests, and check what arrives.
#pragma once

#include "program.h"

namespace sim {

// Datagrams or echo requests from one host to another, and what has arrived of them.
struct Series {
    u32 id = 0, from = 0, to = 0;
    Duration at{}, every{};
    bool pings = false;
    std::vector<usize> sizes;  // of all; the first `sent` have been sent
    usize sent = 0;
    std::vector<u32> copies;  // how often each has arrived
    bool failed = false;      // the sender has got an error, or has crashed
};

// Each datagram says which one it is; pattern bytes follow.
struct Label {
    u32 id, index, length;
};

// Checks a datagram and counts it. `doubled`: the weather may double frames.
void take_datagram(std::vector<std::unique_ptr<Series>>& all, Bytes bytes, bool doubled, Report& report);

class DatagramSender final : public Program {
  public:
    DatagramSender(Host& host, Network& network, Report& report, Series& series,
                   std::function<void(Bytes)> answered);
    void run(Instant now) override;
    bool is_over() const override { return over_; }
    void die() override;
    bool is_in_application() const override { return !series_.pings; }

  private:
    void open();
    void send();
    void read_answers();
    void close();

    Series& series_;
    std::function<void(Bytes)> answered_;
    Ref<net::Socket> socket_;
    Instant next_{};
    bool over_ = false;
};

// Receives datagrams on kDatagramPort.
class DatagramSink final : public Program {
  public:
    DatagramSink(Host& host, Network& network, Report& report, std::function<void(Bytes)> taken);
    void run(Instant now) override;
    bool is_over() const override { return true; }
    void die() override;

  private:
    std::function<void(Bytes)> taken_;
    Ref<net::Socket> socket_;
};

}  // namespace sim
