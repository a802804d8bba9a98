#include "process/folder_lock.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include "core/error.hpp"

namespace souk::process {
namespace {

constexpr const char* kFile = "owner.lock";

}  // namespace

FolderLock::FolderLock(const std::filesystem::path& folder)
    : file_(open((folder / kFile).c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)) {
  const bool opened = file_ >= 0;
  if (opened && flock(file_, LOCK_EX | LOCK_NB) == 0) return;
  if (opened) close(file_);
  throw Error(
      Kind::unavailable, "folder_in_use",
      folder.string() + (opened ? " is in use by another process" : " cannot be written to"));
}

FolderLock::~FolderLock() { close(file_); }

bool FolderLock::held(const std::filesystem::path& folder) {
  const int file = open((folder / kFile).c_str(), O_RDWR | O_CLOEXEC);
  if (file < 0) return false;
  const bool held = flock(file, LOCK_SH | LOCK_NB) != 0;
  close(file);
  return held;
}

}  // namespace souk::process
