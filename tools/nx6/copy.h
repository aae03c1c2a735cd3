// nx6 put and get: files to and from the guest, whole or not at all.
#pragma once

#include <string>

namespace nx6 {

// Both end the program with a message if the file does not arrive. `file` is on the host, "-" a standard
// stream; `name` is in the guest.
void put(int socket, const std::string& file, const std::string& name);
void get(int socket, const std::string& name, const std::string& file);

// What the missing one of the two is called: the last part of the path; in a folder if `to` is one.
std::string target_name(const std::string& from, const std::string& to, bool to_is_folder);

}  // namespace nx6
