// A request to the guest's agent (user/lib/agent/protocol.h), and answers that mean its failure.
#pragma once

#include <memory>
#include <string>

#include "user/lib/agent/frame.h"

namespace nx6 {

// Sends the request over a connected blocking socket. The channel does not own the socket.
std::unique_ptr<agent::Channel> send_request(int socket, agent::Kind kind, const std::string& text);

// The frame that was read is no answer: ends the program with this status and Error's text, or with
// kOwnFailure if the agent broke the protocol.
[[noreturn]] void fail_with_answer(const agent::FrameReader& in, int status);
[[noreturn]] void fail_disconnected(agent::FrameReader::Got got);

}  // namespace nx6
