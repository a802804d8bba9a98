#include <atomic>
#include <csignal>
#include <filesystem>
#include <map>

#include <fcntl.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "http/blocking_client.hpp"
#include "notification/notification.pb.h"
#include "runtime/blocking.hpp"
#include "runtime/call.hpp"
#include "runtime/channel.hpp"
#include "runtime/event_loop.hpp"
#include "runtime/remote_channel.hpp"
#include "runtime/task_group.hpp"
#include "support/api_client.hpp"
#include "testing/test_database.hpp"

std::span<const souk::EmbeddedFile> souk_notification_service_migrations();

/// Two replicas of a service, as programs of their own, one of which is stopped at a time.
namespace souk::testing {
namespace {

using namespace std::chrono_literals;
namespace notification = souk::notification::v1;

constexpr char kService[] = "souk.notification.v1.NotificationService";

/// One that was free a moment ago.
int free_port() {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  bind(fd, reinterpret_cast<const sockaddr*>(&address), size);
  getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size);
  close(fd);
  return ntohs(address.sin_port);
}

/// notification-service on a database that others may use too. Blocking; used by one thread.
class Replica {
 public:
  explicit Replica(std::string database_url) : database_url_(std::move(database_url)) { start(); }
  ~Replica() {
    if (pid_ != 0) stop();
    std::filesystem::remove_all(folder_);
  }
  Replica(const Replica&) = delete;
  Replica& operator=(const Replica&) = delete;

  /// Until it is ready.
  void start() {
    const auto program =
        (std::filesystem::read_symlink("/proc/self/exe").parent_path() / "notification-service")
            .string();
    std::vector<std::string> environment{fmt::format("SOUK_DATA_DIR={}", folder_.string()),
                                         fmt::format("SOUK_INTERNAL_KEY={}", std::string(64, 'a')),
                                         fmt::format("NOTIFICATION_DATABASE_URL={}", database_url_),
                                         fmt::format("GRPC_PORT={}", port_),
                                         fmt::format("OPS_PORT={}", ops_port_)};
    std::vector<char*> variables;
    for (auto& variable : environment) variables.push_back(variable.data());
    variables.push_back(nullptr);
    const char* arguments[] = {program.c_str(), nullptr};
    pid_ = fork();
    if (pid_ == 0) {
      const int log = open((folder_ / "log").c_str(), O_CREAT | O_WRONLY | O_APPEND, 0600);
      dup2(log, STDERR_FILENO);
      execve(program.c_str(), const_cast<char**>(arguments), variables.data());
      _exit(127);
    }
    ASSERT_TRUE(eventually([&] { return is_ready(); }, 60s));
  }

  /// SIGTERM and wait; gives the exit code.
  int stop() {
    kill(pid_, SIGTERM);
    int status = 0;
    waitpid(pid_, &status, 0);
    pid_ = 0;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

  /// Whether a call has come since its start.
  bool has_served() const {
    const auto count = fmt::format("souk_rpc_seconds_count{{rpc=\"/{}/ListMessages\"}} ", kService);
    const auto metrics = http::BlockingClient{ops_url()}.get("/metrics").body;
    const auto found = metrics.find(count);
    return found != std::string::npos && metrics[found + count.size()] != '0';
  }

  std::string address() const { return fmt::format("127.0.0.1:{}", port_); }

 private:
  std::string ops_url() const { return fmt::format("http://127.0.0.1:{}", ops_port_); }

  bool is_ready() const {
    try {
      return http::BlockingClient{ops_url()}.get("/readyz").status == 200;
    } catch (const Error&) {
      return false;
    }
  }

  static std::filesystem::path scratch_folder() {
    auto name = (std::filesystem::temp_directory_path() / "souk-replica-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) throw std::runtime_error{"no scratch folder"};
    return name;
  }

  std::string database_url_;
  std::filesystem::path folder_ = scratch_folder();
  int port_ = free_port();
  int ops_port_ = free_port();
  int pid_ = 0;
};

/// Callers that never pause, on a loop of their own.
class Callers {
 public:
  explicit Callers(const std::string& addresses) {
    channel_.connect(
        runtime::remote_channel("notification-service", "NOTIFICATION_SERVICE_ADDR", addresses));
    boost::asio::post(loop_.executor(), [this] {
      for (int i = 0; i < 8; ++i) callers_.spawn(call());
    });
  }
  ~Callers() { finish(); }

  /// How many calls ended so, by the code of the error ("": none).
  std::map<std::string, int> finish() {
    stopping_ = true;
    runtime::run_on(loop_.executor(), [this] { return callers_.wait(); });
    return outcomes_;
  }

  int calls() const { return calls_; }

 private:
  Task<> call() {
    while (!stopping_) {
      auto call = rpc::Call::background("api-gateway", 10s, random_);
      call.identity.user = UserId{Uuid{{1}}};
      call.identity.roles = {"staff"};
      std::string outcome;
      try {
        co_await list_(call, {});
      } catch (const Error& error) {
        outcome = error.code;
      }
      ++outcomes_[outcome];
      ++calls_;
    }
  }

  static std::array<std::uint8_t, 32> key() {
    std::array<std::uint8_t, 32> key;
    key.fill(0xaa);
    return key;
  }

  SystemClock clock_;
  SystemRandom random_;
  Metrics metrics_;
  IdentitySeal seal_{key()};
  rpc::Channel channel_{{clock_, random_, seal_, metrics_}, "notification-service"};
  rpc::Method<notification::ListMessagesRequest, notification::ListMessagesReply> list_{
      channel_, "api-gateway", kService, "ListMessages"};
  std::atomic<bool> stopping_{false};
  std::atomic<int> calls_{0};
  std::map<std::string, int> outcomes_;
  runtime::EventLoop loop_;
  runtime::TaskGroup callers_{loop_.executor()};
};

TEST(ReplicaStop, NoCallFailsWhileOneAfterTheOtherIsStoppedAndStarted) {
  const TestDatabase database{souk_notification_service_migrations()};
  Replica one{database.app_url()};
  Replica two{database.app_url()};
  Callers callers{one.address() + "," + two.address()};
  const auto some_calls_later = [&] {
    const int before = callers.calls();
    return eventually([&] { return callers.calls() > before + 200; }, 60s);
  };
  ASSERT_TRUE(some_calls_later());
  for (auto* replica : {&one, &two, &one}) {
    EXPECT_EQ(replica->stop(), 0);
    ASSERT_TRUE(some_calls_later());
    replica->start();
    ASSERT_TRUE(eventually([&] { return replica->has_served(); }, 60s)) << "nobody calls it";
  }
  const auto outcomes = callers.finish();
  EXPECT_GT(outcomes.at(""), 0);
  for (const auto& [code, count] : outcomes) EXPECT_EQ(code, "") << count << " calls";
}

}  // namespace
}  // namespace souk::testing
