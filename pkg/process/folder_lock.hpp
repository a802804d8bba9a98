#pragma once

#include <filesystem>

namespace souk::process {

/// A folder that one object of one process owns at a time, by a lock on a file in it, which the kernel
/// drops with its owner. Blocking, any thread.
class FolderLock {
 public:
  /// `folder` exists. Throws Error{unavailable, "folder_in_use"}.
  explicit FolderLock(const std::filesystem::path& folder);
  ~FolderLock();
  FolderLock(const FolderLock&) = delete;
  FolderLock& operator=(const FolderLock&) = delete;

  /// True while somebody owns it.
  static bool held(const std::filesystem::path& folder);

 private:
  int file_;
};

}  // namespace souk::process
