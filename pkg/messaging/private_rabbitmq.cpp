#include "messaging/private_rabbitmq.hpp"

#include <chrono>
#include <csignal>
#include <fstream>
#include <string_view>
#include <system_error>
#include <vector>

#include <amqp.h>
#include <amqp_tcp_socket.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include "core/error.hpp"
#include "process/child.hpp"
#include "process/free_ports.hpp"

namespace souk::messaging {
namespace fs = std::filesystem;
using namespace std::chrono_literals;
namespace {

constexpr auto kStartTimeout = 120s;  // 7 s when idle; other tests may have the machine
constexpr auto kStopTimeout = 20s;
constexpr int kLaunches = 3;  // a port that was free a moment ago may be gone
constexpr const char* kServer = "/usr/lib/rabbitmq/bin/rabbitmq-server";
constexpr const char* kBroker = "beam.smp";  // the names of the programs while they run
constexpr const char* kEpmd = "epmd";

[[noreturn]] void fail(std::string_view why) {
  throw Error(Kind::unavailable, "private_rabbitmq", fmt::format("private RabbitMQ: {}", why));
}

fs::path epmd_program() {
  std::error_code none;
  for (const auto& entry : fs::directory_iterator("/usr/lib/erlang", none)) {
    if (entry.path().filename().string().starts_with("erts-")) return entry.path() / "bin/epmd";
  }
  fail("Erlang is not installed; run scripts/setup.sh");
}

pid_t read_pid(const fs::path& file) {
  pid_t pid = 0;
  std::ifstream(file) >> pid;
  return pid;
}

/// A number may belong to anybody by now: ours runs `program` and was given `argument`.
bool is_ours(pid_t pid, std::string_view program, std::string_view argument) {
  if (pid <= 0 || process::name(pid) != program) return false;
  std::ifstream file("/proc/" + std::to_string(pid) + "/cmdline");
  for (std::string word; std::getline(file, word, '\0');) {
    if (word == argument) return true;
  }
  return false;
}

void end(pid_t& pid, std::initializer_list<int> signals) {
  if (pid == 0) return;
  for (const int signal : signals) {
    kill(pid, signal);
    if (process::wait_until(kStopTimeout, [pid] { return process::gone(pid); })) {
      pid = 0;
      return;
    }
  }
  fail(fmt::format("process {} cannot be ended", pid));
}

void write_file(const fs::path& path, std::string_view text) {
  std::ofstream file(path);
  file << text;
  if (!file.flush()) fail("cannot write " + path.string());
}

}  // namespace

PrivateRabbitMq::PrivateRabbitMq(fs::path folder)
    : folder_(fs::absolute(folder).lexically_normal()) {}

PrivateRabbitMq::~PrivateRabbitMq() {
  try {
    stop();
  } catch (const std::exception&) {
    // Nothing more can be done for it here; the next start() adopts or replaces it.
  }
}

std::string PrivateRabbitMq::url() const {
  return fmt::format("amqp://guest:guest@127.0.0.1:{}", ports_.amqp);
}

bool PrivateRabbitMq::running() const { return broker_ != 0 && !process::gone(broker_); }

void PrivateRabbitMq::start() {
  if (running()) return;
  broker_ = 0;
  if (lock_ < 0) lock_folder();
  try {
    if (adopt()) return;
    if (access(kServer, X_OK) != 0) fail("it is not installed; run scripts/setup.sh");
    for (int launches = 0; launches < kLaunches; ++launches) {
      choose_ports();
      launch_epmd();
      if (launch_broker()) return;
    }
    fail("it does not start:" + process::last_lines(folder_ / "broker.log"));
  } catch (...) {
    stop();
    throw;
  }
}

void PrivateRabbitMq::lock_folder() {
  fs::create_directories(folder_);
  fs::permissions(folder_, fs::perms::owner_all);  // the cookie of the Erlang node lives here
  const auto path = folder_ / "owner.lock";
  lock_ = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (lock_ < 0) fail("cannot open " + path.string());
  if (flock(lock_, LOCK_EX | LOCK_NB) != 0) {
    unlock_folder();
    fail(folder_.string() + " is in use by another process");
  }
}

void PrivateRabbitMq::unlock_folder() {
  if (lock_ >= 0) close(lock_);
  lock_ = -1;
}

/// A broker left behind by an owner that was killed. One that does not come to answer is replaced.
bool PrivateRabbitMq::adopt() {
  std::ifstream(folder_ / "ports") >> ports_.amqp >> ports_.distribution >> ports_.epmd;
  const auto epmd = read_pid(folder_ / "epmd.pid");
  if (is_ours(epmd, kEpmd, std::to_string(ports_.epmd))) epmd_ = epmd;
  const auto broker = read_pid(folder_ / "broker.pid");
  if (!is_ours(broker, kBroker, folder_.string())) return false;
  broker_ = broker;
  const auto settled = [&] { return process::gone(broker) || answers(); };
  if (epmd_ != 0 && process::wait_until(kStartTimeout, settled) && !process::gone(broker)) {
    return adopted_ = true;
  }
  end(broker_, {SIGKILL});
  return false;
}

/// Those of the last time, so that clients find the broker again where it was; or free ones.
void PrivateRabbitMq::choose_ports() {
  const bool epmd_keeps = epmd_ != 0 && !process::gone(epmd_);
  const auto free = [](int port) { return process::is_free(static_cast<std::uint16_t>(port)); };
  if (ports_.amqp != 0 && free(ports_.amqp) && free(ports_.distribution) &&
      (epmd_keeps || free(ports_.epmd))) {
    return;
  }
  end(epmd_, {SIGKILL});
  const int first = process::free_ports(3);
  ports_ = {first, first + 1, first + 2};
  write_file(folder_ / "ports",
             fmt::format("{} {} {}\n", ports_.amqp, ports_.distribution, ports_.epmd));
}

void PrivateRabbitMq::launch_epmd() {
  if (epmd_ != 0 && !process::gone(epmd_)) return;
  epmd_ = process::spawn(
      {epmd_program().string(), "-address", "127.0.0.1", "-port", std::to_string(ports_.epmd)},
      folder_ / "epmd.log");
  write_file(folder_ / "epmd.pid", std::to_string(epmd_));
}

/// False where it ended by itself.
bool PrivateRabbitMq::launch_broker() {
  const auto in = [this](const char* name) { return (folder_ / name).string(); };
  write_file(in("plugins"), "[].\n");
  write_file(in("rabbitmq.conf"), "");  // rather than the machine's own
  broker_ = process::spawn(
      {"env", "-i", "PATH=/usr/bin:/bin", "LANG=C.UTF-8", "HOME=" + folder_.string(),
       // The launching shell becomes the broker instead of watching over it: one process, one id.
       "RUNNING_UNDER_SYSTEMD=true",  //
       "RABBITMQ_NODENAME=souk@localhost", "RABBITMQ_NODE_IP_ADDRESS=127.0.0.1",
       fmt::format("RABBITMQ_NODE_PORT={}", ports_.amqp),
       fmt::format("RABBITMQ_DIST_PORT={}", ports_.distribution),
       fmt::format("ERL_EPMD_PORT={}", ports_.epmd), "ERL_EPMD_ADDRESS=127.0.0.1",
       "RABBITMQ_MNESIA_BASE=" + in("data"), "RABBITMQ_LOG_BASE=" + in("log"),
       "RABBITMQ_PID_FILE=" + in("node.pid"), "RABBITMQ_CONFIG_FILE=" + in("rabbitmq"),
       "RABBITMQ_ENABLED_PLUGINS_FILE=" + in("plugins"), "RABBITMQ_CONF_ENV_FILE=/dev/null",
       "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS=-kernel inet_dist_use_interface {127,0,0,1}"
       " +sbwt none +S 2:2",  // does not spin while it waits
       kServer},
      folder_ / "broker.log");
  write_file(folder_ / "broker.pid", std::to_string(broker_));
  bool ended = false;
  const bool settled = process::wait_until(kStartTimeout, [&] {
    ended = process::gone(broker_);
    return ended || answers();
  });
  if (ended) broker_ = 0;
  if (!settled) end(broker_, {SIGKILL});
  return broker_ != 0;
}

/// One can log in, which is the last thing to come.
bool PrivateRabbitMq::answers() const {
  const auto connection = amqp_new_connection();
  auto* socket = amqp_tcp_socket_new(connection);
  timeval patience{.tv_sec = 5, .tv_usec = 0};
  bool ok = amqp_set_handshake_timeout(connection, &patience) == AMQP_STATUS_OK &&
            amqp_socket_open_noblock(socket, "127.0.0.1", ports_.amqp, &patience) == AMQP_STATUS_OK;
  ok = ok && amqp_login(connection, "/", 0, AMQP_DEFAULT_FRAME_SIZE, 0, AMQP_SASL_METHOD_PLAIN,
                        "guest", "guest")
                     .reply_type == AMQP_RESPONSE_NORMAL;
  amqp_destroy_connection(connection);
  return ok;
}

void PrivateRabbitMq::stop() {
  end(broker_, {SIGTERM, SIGKILL});
  end(epmd_, {SIGKILL});  // it keeps nothing
  adopted_ = false;
  unlock_folder();
}

void PrivateRabbitMq::kill_9() { end(broker_, {SIGKILL}); }

}  // namespace souk::messaging
