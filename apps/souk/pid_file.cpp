#include "pid_file.hpp"

#include <fstream>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include "core/error.hpp"

namespace souk::app {
namespace {

std::filesystem::path pid_path(const std::filesystem::path& data_folder) {
  return data_folder / "souk.pid";
}

}  // namespace

PidFile::PidFile(const std::filesystem::path& data_folder) : path_(pid_path(data_folder)) {
  std::filesystem::create_directories(data_folder);
  file_ = open(path_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (file_ < 0 || flock(file_, LOCK_EX | LOCK_NB) != 0) {
    throw Error{
        Kind::conflict, "already_running",
        fmt::format("An instance runs in {} already: stop it with make stop, or give this one "
                    "another SOUK_DATA_DIR, PORT and OPS_PORT.",
                    data_folder.string())};
  }
  const auto pid = std::to_string(getpid());
  if (ftruncate(file_, 0) != 0 || write(file_, pid.data(), pid.size()) < 0) {
    throw unavailable(fmt::format("cannot write {}", path_.string()));
  }
}

PidFile::~PidFile() {
  std::filesystem::remove(path_);
  close(file_);
}

int PidFile::running(const std::filesystem::path& data_folder) {
  const auto path = pid_path(data_folder);
  const int file = open(path.c_str(), O_RDWR | O_CLOEXEC);
  if (file < 0) return 0;
  const bool free = flock(file, LOCK_SH | LOCK_NB) == 0;
  close(file);
  int pid = 0;
  if (!free) std::ifstream{path} >> pid;
  return pid;
}

}  // namespace souk::app
