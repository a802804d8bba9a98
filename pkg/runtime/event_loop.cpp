#include "runtime/event_loop.hpp"

#include <pthread.h>
#include <sys/resource.h>

namespace souk::runtime {
namespace {

constexpr std::size_t kLongestName = 15;  // pthread_setname_np(3)

}  // namespace

EventLoop::EventLoop(std::string name, int niceness)
    : thread_([this, name = std::move(name), niceness] {
        pthread_setname_np(pthread_self(), name.substr(0, kLongestName).c_str());
        // On Linux a thread has a niceness of its own. Giving way is always allowed.
        if (niceness > 0) setpriority(PRIO_PROCESS, 0, niceness);
        context_.run();
      }) {}

EventLoop::~EventLoop() {
  work_.reset();
  context_.stop();
  thread_.join();
}

}  // namespace souk::runtime
