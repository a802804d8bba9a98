#include "testing/scratch.hpp"

#include <cerrno>
#include <cstdlib>
#include <string>
#include <system_error>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include "process/child.hpp"

namespace souk::testing {
namespace {

/// A little shell that reads from a pipe of ours, which closes when we end. SIGQUIT: nothing is
/// worth keeping, and a backend that a test left stopped does not hold PostgreSQL up.
constexpr const char* kSweep = R"(
  cat >/dev/null
  end() {
    pid=$(head -n1 "$2" 2>/dev/null) && kill "-$1" "$pid" 2>/dev/null &&
      while kill -0 "$pid" 2>/dev/null; do sleep 0.05; done
  }
  end QUIT "$1/data/postmaster.pid"
  for file in "$1"/*.pid; do end KILL "$file"; done
  rm -rf "$1")";

std::filesystem::path make_folder() {
  const char* parent = std::getenv("TMPDIR");
  auto path = fmt::format("{}/souk-test-XXXXXX", parent ? parent : "/tmp");
  if (!mkdtemp(path.data())) throw std::system_error(errno, std::generic_category(), path);
  return path;
}

}  // namespace

ScratchFolder::ScratchFolder() : path_(make_folder()) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) throw std::system_error(errno, std::generic_category(), "pipe2");
  process::spawn({"/bin/sh", "-c", kSweep, "sh", path_.string()}, "/dev/null", ends[0]);
  close(ends[0]);
  pipe_ = ends[1];
}

ScratchFolder::~ScratchFolder() { close(pipe_); }

}  // namespace souk::testing
