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
    void accept_all(i64 now);

    Fd listener_, root_;
    bool quiet_;
    std::vector<std::unique_ptr<HttpConnection>> clients_;
};

}  // namespace server
