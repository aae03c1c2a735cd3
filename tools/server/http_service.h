// A small HTTP server for the files of one folder, so that the guest's wget has something to fetch.
#pragma once

#include <memory>
#include <vector>

#include "tools/server/http_connection.h"
#include "tools/server/loop.h"

namespace server {

class HttpService : public Service {
  public:
    HttpService(int port, const char* folder, bool quiet);
    void watch(std::vector<pollfd>& all) override;
    void serve(std::span<const pollfd> mine, i64 now) override;

  private:
    using Clients = std::vector<std::unique_ptr<HttpConnection>>;
    Clients::iterator first_idle();
    void accept_some(i64 now);

    Fd listener_, root_;
    bool quiet_;
    Clients clients_;  // in the order in which they came
};

}  // namespace server
