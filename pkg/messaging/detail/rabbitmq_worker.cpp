#include "messaging/detail/rabbitmq_worker.hpp"

#include <cerrno>
#include <system_error>
#include <utility>

#include <poll.h>
#include <prometheus/counter.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/error.hpp"
#include "messaging/detail/from_thread.hpp"

namespace souk::messaging::detail {
namespace {

using namespace std::chrono_literals;

/// Heartbeats are sent and looked for on the way: often enough for one each 10 s.
constexpr auto kIdle = 2s;

int make_wake() {
  const int handle = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (handle < 0) throw std::system_error(errno, std::generic_category(), "eventfd");
  return handle;
}

}  // namespace

RabbitmqWorker::RabbitmqWorker(const runtime::ModuleContext& context, std::string purpose,
                               Role& role)
    : address_(RabbitmqAddress::parse(context.settings.text("RABBITMQ_URL"))),
      name_(context.name + " " + purpose),
      role_(role),
      log_(context.log),
      random_(context.random),
      reconnects_(context.metrics.counter("souk_bus_reconnects_total",
                                          "Connections to the broker that were lost",
                                          {{"service", context.name}, {"for", purpose}})),
      wake_(make_wake()) {}

RabbitmqWorker::~RabbitmqWorker() {
  if (thread_.joinable()) {
    stopping_ = true;
    post([](RabbitmqConnection*) {});
    hang_up();
    thread_.join();
  }
  ::close(wake_);
}

void RabbitmqWorker::start() { thread_ = std::thread{&RabbitmqWorker::run, this}; }

void RabbitmqWorker::post(Command command) {
  const std::scoped_lock lock{mutex_};
  commands_.push_back(std::move(command));
  if (commands_.size() > 1) return;  // the thread was woken for the first of them
  const std::uint64_t one = 1;
  (void)!write(wake_, &one, sizeof one);
}

void RabbitmqWorker::hang_up() {
  const std::scoped_lock lock{mutex_};
  if (socket_ >= 0) shutdown(socket_, SHUT_RDWR);
}

void RabbitmqWorker::use_socket(int socket) {
  const std::scoped_lock lock{mutex_};
  socket_ = socket;
}

Task<> RabbitmqWorker::stop() {
  if (!thread_.joinable()) co_return;
  co_await from_thread<bool>([this](auto done) {
    post([this, done](RabbitmqConnection*) {
      ended_ = done;
      stopping_ = true;
    });
  });
  thread_.join();  // it has nothing left to do
}

void RabbitmqWorker::run() {
  while (!stopping_) {
    std::string why;
    try {
      hold_connection();
    } catch (const std::exception& error) {
      why = error.what();
    }
    use_socket(-1);
    role_.lost(why);
    if (stopping_) break;
    reconnects_.Increment();
    const auto pause = backoff_.next(random_);
    log_.warn("no connection to the broker", {{"for", name_}, {"reason", why}});
    const auto end = std::chrono::steady_clock::now() + pause;
    for (auto now = end - pause; now < end && !stopping_; now = std::chrono::steady_clock::now()) {
      wait(-1, std::chrono::ceil<std::chrono::milliseconds>(end - now));
      run_commands(nullptr);
    }
  }
  if (ended_) ended_(true);
}

void RabbitmqWorker::hold_connection() {
  RabbitmqConnection connection{address_};
  struct Guard {  // before the connection closes its socket, whose number may then be another's
    RabbitmqWorker& worker;
    ~Guard() { worker.use_socket(-1); }
  } const guard{*this};
  use_socket(connection.socket());
  connection.log_in(address_, name_);
  role_.opened(connection);
  backoff_.reset();
  log_.info("connected to the broker", {{"for", name_}});
  serve(connection);
  connection.close();
}

void RabbitmqWorker::serve(RabbitmqConnection& connection) {
  while (!stopping_) {
    run_commands(&connection);  // first: a publish may take in what the socket then shows no more
    while (auto news = connection.next()) role_.received(connection, std::move(*news));
    if (!stopping_) wait(connection.socket(), kIdle);
  }
}

void RabbitmqWorker::run_commands(RabbitmqConnection* connection) {
  std::vector<Command> commands;
  {
    const std::scoped_lock lock{mutex_};
    commands.swap(commands_);
    std::uint64_t count = 0;
    (void)!read(wake_, &count, sizeof count);
  }
  for (std::size_t i = 0; i < commands.size(); ++i) {
    try {
      commands[i](connection);
    } catch (...) {  // the rest is told that there is no connection any more
      for (++i; i < commands.size(); ++i) commands[i](nullptr);
      throw;
    }
  }
}

void RabbitmqWorker::wait(int socket, std::chrono::milliseconds longest) {
  pollfd files[] = {{.fd = wake_, .events = POLLIN, .revents = 0},
                    {.fd = socket, .events = POLLIN, .revents = 0}};
  poll(files, socket >= 0 ? 2 : 1, static_cast<int>(longest.count()));
}

}  // namespace souk::messaging::detail
