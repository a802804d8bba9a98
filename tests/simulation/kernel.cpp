#include "tests/simulation/kernel.hpp"

#include <vector>

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/timerfd.h>
#include <time.h>

namespace souk::simulation::kernel {
namespace {

/// Past every descriptor that this program really has.
constexpr int kFirst = 1 << 20;
/// Each io_context has three: its epoll instance, its timer, its interrupter.
constexpr int kEach = 4;
enum Descriptor { epoll, timer, interrupter };

/// An io_context, as the kernel knows it.
struct Context {
  Alarm* alarm;
  epoll_data_t timer_tag;  ///< what epoll_wait says of the timer
};

bool simulated = false;
Instant current_time = kBeginning;
Alarm* current_alarm = nullptr;
std::vector<Context> contexts;

int descriptor(std::size_t context, Descriptor which) {
  return kFirst + kEach * static_cast<int>(context) + which;
}
Context& context_of(int descriptor) {
  return contexts.at(static_cast<std::size_t>((descriptor - kFirst) / kEach));
}

Instant machine_time() {
  timespec time{};
  clock_gettime(CLOCK_MONOTONIC, &time);
  return Instant{std::chrono::seconds{time.tv_sec} + std::chrono::nanoseconds{time.tv_nsec}};
}

}  // namespace

Instant now() { return simulated ? current_time : machine_time(); }
void set_now(Instant instant) { current_time = instant; }

Scope::Scope(Alarm& alarm) : outer_(current_alarm) { current_alarm = &alarm; }
Scope::~Scope() { current_alarm = outer_; }

Session::Session() {
  simulated = true;
  current_time = kBeginning;
}
Session::~Session() {
  contexts.clear();
  simulated = false;
}

namespace {

int make_context() {
  contexts.push_back({.alarm = current_alarm, .timer_tag = {}});
  return descriptor(contexts.size() - 1, epoll);
}

}  // namespace
}  // namespace souk::simulation::kernel

namespace kernel = souk::simulation::kernel;

std::chrono::steady_clock::time_point std::chrono::_V2::steady_clock::now() noexcept {
  return kernel::now();
}

extern "C" {

int epoll_create1(int) noexcept { return kernel::make_context(); }

int timerfd_create(clockid_t, int) noexcept {
  return kernel::descriptor(kernel::contexts.size() - 1, kernel::timer);
}

int eventfd(unsigned, int) noexcept { return kernel::descriptor(0, kernel::interrupter); }

int epoll_ctl(int, int, int descriptor, epoll_event* event) noexcept {
  if ((descriptor - kernel::kFirst) % kernel::kEach == kernel::timer)
    kernel::context_of(descriptor).timer_tag = event->data;
  return 0;
}

/// Always the timer: Asio then looks at its timers by itself.
int epoll_wait(int descriptor, epoll_event* events, int, int) {
  events[0] = {.events = EPOLLIN, .data = kernel::context_of(descriptor).timer_tag};
  return 1;
}

int timerfd_settime(int descriptor, int flags, const itimerspec* next, itimerspec*) noexcept {
  const auto wait = std::chrono::seconds{next->it_value.tv_sec} +
                    std::chrono::nanoseconds{next->it_value.tv_nsec};
  const bool at_once = (flags & TFD_TIMER_ABSTIME) != 0;
  kernel::context_of(descriptor).alarm->due = at_once ? kernel::now() : kernel::now() + wait;
  return 0;
}
}
