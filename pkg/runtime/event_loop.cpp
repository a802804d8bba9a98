#include "runtime/event_loop.hpp"

namespace souk::runtime {

EventLoop::EventLoop() : thread_([this] { context_.run(); }) {}

EventLoop::~EventLoop() {
  work_.reset();
  context_.stop();
  thread_.join();
}

}  // namespace souk::runtime
