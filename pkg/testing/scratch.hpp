#pragma once

#include <filesystem>

namespace souk::testing {

/// A folder of a test program's own. It goes as soon as the program is gone, whatever ended it, and
/// with it the servers whose process ids stand in its *.pid files (or in a PostgreSQL's data/).
class ScratchFolder {
 public:
  ScratchFolder();
  ~ScratchFolder();
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
  int pipe_ = -1;
};

}  // namespace souk::testing
