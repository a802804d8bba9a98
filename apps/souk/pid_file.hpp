#pragma once

#include <filesystem>

namespace souk::app {

/// The pid of the running instance stands in SOUK_DATA_DIR/souk.pid while its lock is held.
class PidFile {
 public:
  /// Throws Error{conflict, "already_running"} where an instance runs in this folder.
  explicit PidFile(const std::filesystem::path& data_folder);
  ~PidFile();
  PidFile(const PidFile&) = delete;
  PidFile& operator=(const PidFile&) = delete;

  /// The pid of the instance that runs in this folder; 0 where none does.
  static int running(const std::filesystem::path& data_folder);

 private:
  std::filesystem::path path_;
  int file_ = -1;
};

}  // namespace souk::app
