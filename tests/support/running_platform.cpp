#include "support/running_platform.hpp"

#include <csignal>
#include <fstream>
#include <random>
#include <thread>

#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "database/private_cluster.hpp"

namespace souk::testing {
namespace {

using namespace std::chrono_literals;

/// HTTP, six gRPC ports and the gateway's are PORT to PORT+7; operations and the provider follow.
constexpr int kPortsNeeded = 20;
constexpr int kOpsOffset = 10;
constexpr int kProviderOffset = 19;

bool is_free(int port) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const bool free = bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  close(fd);
  return free;
}

/// A row of free ports below the range that the kernel hands out by itself (32768 and up).
int free_ports() {
  std::mt19937 random{std::random_device{}()};
  std::uniform_int_distribution<int> any{10'000, 32'000};
  for (;;) {
    const int first = any(random);
    bool free = true;
    for (int port = first; port < first + kPortsNeeded && free; ++port) free = is_free(port);
    if (free) return first;
  }
}

std::filesystem::path scratch_folder() {
  auto name = (std::filesystem::temp_directory_path() / "souk-e2e-XXXXXX").string();
  if (mkdtemp(name.data()) == nullptr) throw std::runtime_error{"no scratch folder"};
  return name;
}

std::string program() {
  return (std::filesystem::read_symlink("/proc/self/exe").parent_path() / "souk").string();
}

}  // namespace

RunningPlatform::RunningPlatform(Shape shape, std::vector<std::string> extra)
    : shape_(shape), extra_(std::move(extra)), folder_(scratch_folder()), port_(free_ports()) {}

RunningPlatform::~RunningPlatform() {
  if (pid_ != 0) {
    EXPECT_EQ(stop(), 0) << log_tail();
  } else if (std::filesystem::exists(folder_ / "postgres")) {
    // What a killed instance left behind is adopted, so as to be stopped.
    database::PrivateCluster cluster{folder_ / "postgres"};
    cluster.start();
    cluster.stop();
  }
  std::filesystem::remove_all(folder_);
}

void RunningPlatform::start(const std::vector<std::string>& once) {
  std::vector<std::string> environment{
      fmt::format("PATH={}", getenv("PATH")), fmt::format("SOUK_DATA_DIR={}", folder_.string()),
      fmt::format("PORT={}", port_), fmt::format("OPS_PORT={}", port_ + kOpsOffset),
      fmt::format("SANDBOX_PAYMENT_PORT={}", port_ + kProviderOffset)};
  environment.insert(environment.end(), extra_.begin(), extra_.end());
  environment.insert(environment.end(), once.begin(), once.end());
  std::vector<char*> variables;
  for (auto& variable : environment) variables.push_back(variable.data());
  variables.push_back(nullptr);
  const auto path = program();
  const char* arguments[] = {path.c_str(), "up",
                             shape_ == Shape::seven_processes ? "--processes" : nullptr, nullptr};
  const auto log = (folder_ / "souk.log").string();

  pid_ = fork();
  if (pid_ == 0) {
    const int out = open(log.c_str(), O_CREAT | O_WRONLY | O_APPEND, 0600);
    dup2(out, STDOUT_FILENO);
    dup2(out, STDERR_FILENO);
    if (chdir(folder_.c_str()) != 0) _exit(126);
    execve(path.c_str(), const_cast<char**>(arguments), variables.data());
    _exit(127);
  }
  const auto deadline = std::chrono::steady_clock::now() + 60s;
  for (;;) {
    int status = 0;
    if (waitpid(pid_, &status, WNOHANG) == pid_) {
      const auto end = log_tail();
      is_gone();
      throw std::runtime_error{"the platform ended at its start: " + end};
    }
    try {
      // The announcement comes last: the demo shop is made by then.
      std::ifstream file{log};
      const std::string text{std::istreambuf_iterator<char>{file}, {}};
      const auto from = text.rfind("Souk is open");
      if (from != std::string::npos && http::BlockingClient{ops_url()}.get("/readyz").status == 200)
        return;
    } catch (const Error&) {
      // Not yet.
    }
    if (std::chrono::steady_clock::now() > deadline)
      throw std::runtime_error{"the platform does not come up: " + log_tail()};
    std::this_thread::sleep_for(20ms);
  }
}

int RunningPlatform::stop() {
  kill(pid_, SIGTERM);
  const auto deadline = std::chrono::steady_clock::now() + 20s;
  int status = 0;
  while (waitpid(pid_, &status, WNOHANG) == 0) {
    if (std::chrono::steady_clock::now() > deadline) {
      kill_9();
      return -1;
    }
    std::this_thread::sleep_for(10ms);
  }
  pid_ = 0;
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

void RunningPlatform::kill_9() {
  kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
  is_gone();
}

bool RunningPlatform::died() {
  if (pid_ != 0 && waitpid(pid_, nullptr, WNOHANG) == pid_) is_gone();
  return pid_ == 0;
}

/// A later start looks for the announcement of its own.
void RunningPlatform::is_gone() {
  pid_ = 0;
  std::filesystem::rename(folder_ / "souk.log", folder_ / "souk.log.killed");
}

void RunningPlatform::kill_9_postgres() {
  int postmaster = 0;
  std::ifstream{folder_ / "postgres/data/postmaster.pid"} >> postmaster;
  if (postmaster <= 1) throw std::runtime_error{"its PostgreSQL does not run"};
  kill(postmaster, SIGKILL);
}

std::string RunningPlatform::url() const { return fmt::format("http://127.0.0.1:{}", port_); }
std::string RunningPlatform::ops_url() const {
  return fmt::format("http://127.0.0.1:{}", port_ + kOpsOffset);
}
std::string RunningPlatform::provider_url() const {
  return fmt::format("http://127.0.0.1:{}", port_ + kProviderOffset);
}

std::string RunningPlatform::database_url(const std::string& database) const {
  return database::PrivateCluster{folder_ / "postgres"}.url(database, database::ClusterRole::admin);
}

std::string RunningPlatform::log() const {
  std::ifstream file{folder_ / "souk.log"};
  return {std::istreambuf_iterator<char>{file}, {}};
}

std::string RunningPlatform::log_tail() const {
  const auto text = log();
  return text.size() > 4000 ? text.substr(text.size() - 4000) : text;
}

}  // namespace souk::testing
