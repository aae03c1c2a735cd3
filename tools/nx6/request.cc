#include "tools/nx6/request.h"

#include <cstring>

#include "tools/nx6/fail.h"

namespace nx6 {

using agent::Channel, agent::FrameReader, agent::Kind;

std::unique_ptr<Channel> send_request(int socket, Kind kind, const std::string& text) {
    if (text.size() > agent::kMaxText)
        fail(kOwnFailure, "the command or name is longer than " + std::to_string(agent::kMaxText) + " bytes");
    auto c = std::make_unique<Channel>();
    c->fd = socket;
    agent::Request head{{}, agent::kVersion};
    std::memcpy(head.magic, agent::kMagic, sizeof head.magic);
    const MutBytes room = c->out.room();
    std::memcpy(room.data(), &head, sizeof head);
    std::memcpy(room.data() + sizeof head, text.data(), text.size());
    c->out.put(kind, sizeof head + text.size());
    if (!c->out.flush(socket)) fail_disconnected(FrameReader::Got::Lost);
    return c;
}

void fail_with_answer(const FrameReader& in, int status) {
    if (in.kind() != Kind::Error) fail_disconnected(FrameReader::Got::Nonsense);
    const Bytes text = in.payload();
    fail(status, std::string(reinterpret_cast<const char*>(text.data()), text.size()));
}

void fail_disconnected(FrameReader::Got got) {
    if (got == FrameReader::Got::Nonsense)
        fail(kOwnFailure,
             "what listens in the guest is not its agent, or of another version: build both from one "
             "checkout");
    fail(kOwnFailure, "the connection to the guest was lost: it has stopped, or its agent was killed");
}

}  // namespace nx6
