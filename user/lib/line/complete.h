// Completion of a word of a command line: what it is, and what it may become.
#pragma once

#include "line/buffer.h"

namespace line {

// The word that ends at the cursor.
struct Word {
    static constexpr usize kMost = 255;

    bool is_command;       // the first word of a command
    char quote;            // ' or " if the word has an open one, otherwise 0
    char text[kMost + 1];  // without quotes
    const char* name;      // in text, behind the last slash: what is completed
};
// The word of a command line (sh's grammar) that ends with the text. False: it is too long.
bool find_word(Text text, Word& word);

// The names that begin with the word's.
class Candidates {
  public:
    static constexpr int kMost = 512;

    explicit Candidates(const char* prefix) : prefix_(prefix) {}
    ~Candidates();
    Candidates(const Candidates&) = delete;
    Candidates& operator=(const Candidates&) = delete;

    // Is ignored if it does not begin with the prefix or is there already. `is_folder`: it ends with a slash.
    void add(const char* name, bool is_folder = false);
    bool fits(const char* name) const;
    const char* prefix() const { return prefix_; }

    int size() const { return size_; }
    const char* at(int i) const { return names_[i]; }  // in alphabetical order
    usize common() const;                              // so many bytes are the same in all

  private:
    const char* prefix_;
    char** names_ = nullptr;
    int size_ = 0;
};

// Adds the candidates for a word: the programs or, unless it is a command without a slash, the files.
using Complete = void (*)(const Word& word, Candidates& to);
void complete_default(const Word& word, Candidates& to);

}  // namespace line
