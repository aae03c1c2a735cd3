// The file: read as a whole, and replaced as a whole.
#pragma once

#include "editor.h"

namespace edit {

// Reads the file into the editor. Exits with a message if that is not possible. A file that does not exist is
// empty. Returns whether it exists.
bool load(const char* path, Editor& into);

// Replaces the file by the text. The old one stays until the new one is complete on the disk, so that neither
// a full disk nor a power failure loses both. Returns an errno, or 0.
int save(const char* path, TextView text);

}  // namespace edit
