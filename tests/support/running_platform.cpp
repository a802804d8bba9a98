#include "support/running_platform.hpp"

#include <csignal>
#include <fstream>
#include <thread>

#include <boost/json/parse.hpp>
#include <fcntl.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "database/private_cluster.hpp"
#include "messaging/private_rabbitmq.hpp"
#include "process/free_ports.hpp"
#include "redis/private_redis.hpp"

namespace souk::testing {
namespace {

using namespace std::chrono_literals;

/// HTTP and gRPC from the first port on, ten for each replica; then operations likewise; the provider.
constexpr int kPortsNeeded = 41;
constexpr int kNextReplica = 10;
constexpr int kOpsOffset = 20;
constexpr int kProviderOffset = 40;

/// Three servers, their data, and fourteen programs, beside other tests.
constexpr auto kStartLimit = 180s;
constexpr auto kStopLimit = 60s;

std::filesystem::path scratch_folder() {
  auto name = (std::filesystem::temp_directory_path() / "souk-e2e-XXXXXX").string();
  if (mkdtemp(name.data()) == nullptr) throw std::runtime_error{"no scratch folder"};
  return name;
}

/// What a killed instance left behind is adopted, so as to be stopped.
template <class Server>
void adopt_and_stop(const std::filesystem::path& folder) {
  if (!std::filesystem::exists(folder)) return;
  Server server{folder};
  server.start();
  server.stop();
}

std::string content_of(const std::filesystem::path& path) {
  std::ifstream file{path};
  return {std::istreambuf_iterator<char>{file}, {}};
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> result;
  for (auto& text : texts) result.push_back(text.data());
  result.push_back(nullptr);
  return result;
}

std::string program() {
  return (std::filesystem::read_symlink("/proc/self/exe").parent_path() / "souk").string();
}

}  // namespace

RunningPlatform::RunningPlatform(Shape shape, std::vector<std::string> extra)
    : shape_(shape),
      extra_(std::move(extra)),
      folder_(scratch_folder()),
      port_(process::free_ports(kPortsNeeded)) {}

RunningPlatform::~RunningPlatform() {
  if (pid_ != 0) {
    EXPECT_EQ(stop(), 0) << log_tail();
  } else {
    adopt_and_stop<database::PrivateCluster>(folder_ / "postgres");
    adopt_and_stop<redis::PrivateRedis>(folder_ / "redis");
    adopt_and_stop<messaging::PrivateRabbitMq>(folder_ / "rabbitmq");
  }
  std::filesystem::remove_all(folder_);
}

int RunningPlatform::launch(std::vector<std::string> arguments, const std::filesystem::path& out,
                            const std::filesystem::path& err,
                            const std::vector<std::string>& once) {
  auto path = program();
  arguments.insert(arguments.begin(), path);
  std::vector<std::string> environment{
      fmt::format("PATH={}", getenv("PATH")), fmt::format("SOUK_DATA_DIR={}", folder_.string()),
      fmt::format("PORT={}", port_), fmt::format("OPS_PORT={}", port_ + kOpsOffset),
      fmt::format("SANDBOX_PAYMENT_PORT={}", port_ + kProviderOffset)};
  environment.insert(environment.end(), extra_.begin(), extra_.end());
  environment.insert(environment.end(), once.begin(), once.end());
  const auto argv = pointers(arguments);
  const auto envp = pointers(environment);
  const int pid = fork();
  if (pid != 0) return pid;
  dup2(open(out.c_str(), O_CREAT | O_WRONLY | O_APPEND, 0600), STDOUT_FILENO);
  dup2(open(err.c_str(), O_CREAT | O_WRONLY | O_APPEND, 0600), STDERR_FILENO);
  if (chdir(folder_.c_str()) == 0) execve(path.c_str(), argv.data(), envp.data());
  _exit(127);
}

int RunningPlatform::start_souk(std::vector<std::string> arguments) {
  std::filesystem::remove(out());
  std::filesystem::remove(err());
  return launch(std::move(arguments), out(), err());
}

RunningPlatform::Ended RunningPlatform::souk(std::vector<std::string> arguments) {
  const int pid = start_souk(std::move(arguments));
  int status = 0;
  waitpid(pid, &status, 0);
  return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, content_of(out()), content_of(err())};
}

void RunningPlatform::start(const std::vector<std::string>& once) {
  std::vector<std::string> arguments{"up"};
  if (shape_ != Shape::one_process) arguments.emplace_back("--processes");
  if (shape_ == Shape::replicas) arguments.insert(arguments.end(), {"--replicas", "2"});
  pid_ = launch(std::move(arguments), log_file(), log_file(), once);
  const auto deadline = std::chrono::steady_clock::now() + kStartLimit;
  for (;;) {
    int status = 0;
    if (waitpid(pid_, &status, WNOHANG) == pid_) {
      const auto end = log_tail();
      is_gone();
      throw std::runtime_error{"the platform ended at its start: " + end};
    }
    try {
      // The announcement comes last: the demo shop is made by then.
      const bool announced = log().contains("Souk is open");
      if (announced && http::BlockingClient{ops_url()}.get("/readyz").status == 200) return;
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
  const auto deadline = std::chrono::steady_clock::now() + kStopLimit;
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
  // A later start looks for the announcement of its own.
  std::filesystem::rename(log_file(), folder_ / "souk.log.killed");
}

std::map<std::string, boost::json::object> RunningPlatform::table() const {
  const auto text = content_of(folder_ / "processes.json");
  std::map<std::string, boost::json::object> processes;
  if (text.empty()) return processes;
  for (auto& process : boost::json::parse(text).as_array()) {
    const std::string name{process.at("name").as_string()};
    processes[name] = std::move(process.as_object());
  }
  return processes;
}

std::vector<std::string> RunningPlatform::processes() const {
  std::vector<std::string> names;
  for (const auto& [name, process] : table()) names.push_back(name);
  return names;
}

int RunningPlatform::pid_of(const std::string& process) const {
  const auto all = table();
  const auto found = all.find(process);
  return found == all.end() ? 0 : found->second.at("pid").to_number<int>();
}

int RunningPlatform::grpc_port_of(const std::string& process) const {
  return table().at(process).at("grpc").to_number<int>();
}

void RunningPlatform::add_environment(const std::vector<std::string>& more) {
  extra_.insert(extra_.end(), more.begin(), more.end());
}

void RunningPlatform::kill_9(const std::string& process) {
  const int pid = pid_of(process);
  if (pid <= 1) throw std::runtime_error{process + " does not run"};
  kill(pid, SIGKILL);
}

std::string RunningPlatform::url() const { return fmt::format("http://127.0.0.1:{}", port_); }
std::vector<std::string> RunningPlatform::urls() const {
  std::vector<std::string> all{url()};
  if (shape_ == Shape::replicas)
    all.push_back(fmt::format("http://127.0.0.1:{}", port_ + kNextReplica));
  return all;
}
std::vector<std::string> RunningPlatform::ops_urls() const {
  std::vector<std::string> urls;
  for (const auto& [name, process] : table()) {
    if (const auto* ops = process.if_contains("ops"))
      urls.push_back(fmt::format("http://127.0.0.1:{}", ops->to_number<int>()));
  }
  return urls;
}

std::string RunningPlatform::ops_url() const {
  return fmt::format("http://127.0.0.1:{}", port_ + kOpsOffset);
}
std::string RunningPlatform::provider_url() const {
  return fmt::format("http://127.0.0.1:{}", port_ + kProviderOffset);
}

std::string RunningPlatform::database_url(const std::string& database) const {
  return database::PrivateCluster{folder_ / "postgres"}.url(database, database::ClusterRole::admin);
}

std::string RunningPlatform::log() const { return content_of(log_file()); }

std::string RunningPlatform::log_tail() const {
  const auto text = log();
  return text.size() > 4000 ? text.substr(text.size() - 4000) : text;
}

}  // namespace souk::testing
