#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_future.hpp>

#include "runtime/task.hpp"

namespace souk::runtime {

/// Runs a coroutine function on `loop` and blocks this thread until it has ended; gives back its
/// value or throws what it threw. For main and the command line; never from a loop's own thread.
template <class F>
auto run_on(const boost::asio::any_io_executor& loop, F function) {
  return boost::asio::co_spawn(loop, std::move(function), boost::asio::use_future).get();
}

}  // namespace souk::runtime
