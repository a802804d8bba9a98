#include "supervisor.hpp"

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <ranges>
#include <thread>

#include <fmt/format.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/error.hpp"

namespace souk::app {
namespace {

using namespace std::chrono_literals;

constexpr auto kTick = 200ms;
constexpr std::chrono::milliseconds kLongestPause = 5s;

std::vector<char*> pointers(std::vector<std::string>& strings) {
  std::vector<char*> result;
  for (auto& string : strings) result.push_back(string.data());
  result.push_back(nullptr);
  return result;
}

/// The child's side of the fork: only async-signal-safe calls.
[[noreturn]] void become(char* const* arguments, char* const* environment, pid_t parent) {
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  prctl(PR_SET_PDEATHSIG, SIGTERM);
  setpgid(0,
          0);  // Ctrl-C in the terminal reaches the supervisor alone, which stops things in order
  if (getppid() != parent) _exit(1);  // the parent died before prctl
  execve(arguments[0], arguments, environment);
  _exit(127);
}

}  // namespace

std::string sibling_program(std::string_view name) {
  return (std::filesystem::read_symlink("/proc/self/exe").parent_path() / name).string();
}

Supervisor::Supervisor(Log& log) : log_(log) {}

Supervisor::~Supervisor() { stop(0ms); }

void Supervisor::add(ChildSpec spec) {
  children_.push_back({.spec = std::move(spec)});
  start(children_.back());
}

void Supervisor::start(Child& child) {
  auto command = child.spec.command;
  std::vector<std::string> variables;
  for (const auto& [key, value] : child.spec.environment)
    variables.push_back(fmt::format("{}={}", key, value));
  const auto arguments = pointers(command);
  const auto environment = pointers(variables);
  const auto self = getpid();
  const auto pid = fork();
  if (pid == 0) become(arguments.data(), environment.data(), self);
  if (pid < 0) throw unavailable(fmt::format("cannot start {}", child.spec.name));
  child.pid = pid;
  child.started = std::chrono::steady_clock::now();
}

void Supervisor::reap() {
  const auto now = std::chrono::steady_clock::now();
  for (auto& child : children_) {
    int status = 0;
    if (child.pid != 0 && waitpid(child.pid, &status, WNOHANG) == child.pid) {
      // One that ran for a while, or was asked to end, starts again at once; one that fails at the start
      // waits longer each time.
      const bool at_once =
          now - child.started > 10s || (WIFEXITED(status) && WEXITSTATUS(status) == 0);
      child.pause = at_once ? 0ms : std::clamp(child.pause * 2, 200ms, kLongestPause);
      child.start_again = now + child.pause;
      child.pid = 0;
      log_.warn("a process ended; it is started again",
                {{"process", child.spec.name}, {"status", std::int64_t{status}}});
    }
    if (child.pid == 0 && now >= child.start_again) start(child);
  }
}

void Supervisor::run(const std::function<void()>& tick) {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  const timespec wait{0, std::chrono::nanoseconds{kTick}.count()};
  while (sigtimedwait(&signals, nullptr, &wait) < 0) {
    reap();
    tick();
  }
}

std::vector<ProcessEntry> Supervisor::processes() const {
  std::vector<ProcessEntry> entries;
  for (const auto& child : children_)
    entries.push_back({child.spec.name, child.pid, child.spec.ports});
  return entries;
}

bool Supervisor::await_end(Child& child, Instant deadline) {
  while (child.pid != 0 && waitpid(child.pid, nullptr, WNOHANG) == 0) {
    if (std::chrono::steady_clock::now() >= deadline) return false;
    std::this_thread::sleep_for(10ms);
  }
  child.pid = 0;
  return true;
}

void Supervisor::stop(std::chrono::milliseconds limit) {
  const auto deadline = std::chrono::steady_clock::now() + limit;
  while (!children_.empty()) {
    const auto first =
        std::ranges::find(children_, children_.back().spec.command,
                          [](const Child& child) -> const auto& { return child.spec.command; });
    const std::ranges::subrange replicas{first, children_.end()};
    for (auto& child : replicas) {
      if (child.pid != 0) kill(child.pid, SIGTERM);
    }
    for (auto& child : replicas) {
      if (await_end(child, deadline)) continue;
      kill(child.pid, SIGKILL);
      waitpid(child.pid, nullptr, 0);
    }
    children_.erase(first, children_.end());
  }
}

}  // namespace souk::app
