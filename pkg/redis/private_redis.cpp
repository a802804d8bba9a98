#include "redis/private_redis.hpp"

#include <csignal>
#include <fstream>
#include <memory>

#include <fmt/format.h>
#include <hiredis/hiredis.h>
#include <unistd.h>

#include "core/error.hpp"
#include "process/child.hpp"
#include "process/free_ports.hpp"

namespace souk::redis {
namespace fs = std::filesystem;
using namespace std::chrono_literals;
namespace {

/// It takes 0.1 s; a busy machine may take long to let it.
constexpr auto kStartTimeout = 30s;
constexpr auto kStopTimeout = 15s;
/// Somebody may take a port between our look at it and the server's.
constexpr int kStartAttempts = 10;

[[noreturn]] void fail(std::string_view why) {
  throw Error(Kind::unavailable, "private_redis", fmt::format("private Redis: {}", why));
}

/// Its answer to one command; empty if there is none.
std::string ask(redisContext* server, std::string_view command, std::string_view argument) {
  const std::unique_ptr<redisReply, void (*)(void*)> reply{
      static_cast<redisReply*>(redisCommand(server, "%b %b", command.data(), command.size(),
                                            argument.data(), argument.size())),
      freeReplyObject};
  if (!reply || reply->str == nullptr) return {};
  return {reply->str, static_cast<std::size_t>(reply->len)};
}

}  // namespace

PrivateRedis::PrivateRedis(fs::path folder, std::string password)
    : folder_(fs::absolute(folder).lexically_normal()), password_(std::move(password)) {}

// One that cannot be ended here is ended by the next start().
PrivateRedis::~PrivateRedis() { (void)end_server(SIGTERM); }

void PrivateRedis::start() {
  if (running()) return;
  pid_ = 0;
  if (!lock_) {
    fs::create_directories(folder_);
    lock_.emplace(folder_);
    end_stray();
  }
  for (int attempt = 0; attempt < kStartAttempts; ++attempt) {
    if (port_ == 0) port_ = process::free_ports();
    if (launch()) return;
    if (process::is_free(port_)) break;  // so it was not the port
    port_ = 0;
  }
  fail("it does not start:" + process::last_lines(folder_ / "redis.log"));
}

bool PrivateRedis::launch() {
  std::vector<std::string> command = {"redis-server",
                                      "--bind",
                                      "127.0.0.1",
                                      "--port",
                                      std::to_string(port_),
                                      "--dir",
                                      folder_.string(),
                                      "--pidfile",
                                      (folder_ / "redis.pid").string(),
                                      "--appendonly",
                                      "yes",
                                      "--save",
                                      ""};
  if (!password_.empty()) command.insert(command.end(), {"--requirepass", password_});
  try {
    pid_ = process::spawn(command, folder_ / "redis.log");
  } catch (const std::system_error&) {
    fail("redis-server is not installed; run scripts/setup.sh");
  }
  const bool settled =
      process::wait_until(kStartTimeout, [this] { return process::gone(pid_) || answers(); });
  if (settled && running()) return true;
  (void)end_server(SIGKILL);
  return false;
}

/// Ours, and not somebody else's on a port that we lost to them.
bool PrivateRedis::answers() const {
  const std::unique_ptr<redisContext, void (*)(redisContext*)> server{
      redisConnectWithTimeout("127.0.0.1", port_, {.tv_sec = 1, .tv_usec = 0}), redisFree};
  if (!server || server->err != 0) return false;
  redisSetTimeout(server.get(), {.tv_sec = 1, .tv_usec = 0});
  if (!password_.empty()) ask(server.get(), "AUTH", password_);
  return ask(server.get(), "INFO", "server").contains(fmt::format("process_id:{}\r\n", pid_)) &&
         ask(server.get(), "TYPE", "any") == "none";  // not while it reads its file
}

void PrivateRedis::end_stray() {
  pid_t stray = 0;
  std::ifstream(folder_ / "redis.pid") >> stray;
  if (stray <= 0 || process::name(stray) != "redis-server") return;
  pid_ = stray;
  if (!end_server(SIGTERM)) fail(fmt::format("process {} cannot be ended", stray));
}

void PrivateRedis::stop() {
  if (!end_server(SIGTERM)) fail(fmt::format("process {} cannot be ended", pid_));
  lock_.reset();
}

void PrivateRedis::kill_9() {
  if (!end_server(SIGKILL)) fail(fmt::format("process {} cannot be ended", pid_));
}

bool PrivateRedis::end_server(int signal) {
  for (const int harsher : {signal, SIGKILL}) {
    if (!running()) break;
    kill(pid_, harsher);
    kill(pid_, SIGCONT);  // a stalled one would never read the first signal
    process::wait_until(kStopTimeout, [this] { return !running(); });
  }
  if (running()) return false;
  pid_ = 0;
  return true;
}

void PrivateRedis::pause() const {
  if (running()) kill(pid_, SIGSTOP);
}

void PrivateRedis::resume() const {
  if (running()) kill(pid_, SIGCONT);
}

bool PrivateRedis::running() const { return pid_ != 0 && !process::gone(pid_); }

std::string PrivateRedis::url(int database) const {
  const auto login = password_.empty() ? std::string{} : fmt::format(":{}@", password_);
  return fmt::format("redis://{}127.0.0.1:{}/{}", login, port_, database);
}

}  // namespace souk::redis
