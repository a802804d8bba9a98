#include "runtime/event_loop.hpp"

#include <sys/resource.h>

namespace souk::runtime {

EventLoop::EventLoop(int niceness)
    : thread_([this, niceness] {
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
