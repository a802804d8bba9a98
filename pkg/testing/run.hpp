#pragma once

#include <exception>
#include <optional>
#include <stdexcept>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "runtime/task.hpp"

namespace souk::testing {

/// Runs `task` on `loop` until it has ended; returns its value or throws what it threw. What else
/// runs on the loop goes on meanwhile and stands still afterwards.
template <class T>
T run(boost::asio::io_context& loop, Task<T> task) {
  using Value = std::conditional_t<std::is_void_v<T>, std::monostate, T>;
  std::optional<Value> value;
  std::exception_ptr failure;
  bool done = false;
  auto body = [](Task<T> inner, std::optional<Value>& out) -> Task<> {
    if constexpr (std::is_void_v<T>) {
      co_await std::move(inner);
      out.emplace();
    } else {
      out.emplace(co_await std::move(inner));
    }
  };
  boost::asio::co_spawn(loop, body(std::move(task), value), [&](std::exception_ptr error) {
    failure = std::move(error);
    done = true;
    loop.stop();
  });
  loop.restart();
  loop.run();
  if (!done) throw std::logic_error("the task waits for something that never happens");
  if (failure) std::rethrow_exception(failure);
  if constexpr (!std::is_void_v<T>) return std::move(*value);
}

/// The same on a loop of its own.
template <class T>
T run(Task<T> task) {
  boost::asio::io_context loop(1);
  return run(loop, std::move(task));
}

/// The same for tasks that run side by side; their values in the order of the tasks. Throws what
/// the first of them threw, once all have ended.
template <class T>
std::vector<T> run_all(boost::asio::io_context& loop, std::vector<Task<T>> tasks) {
  std::vector<std::optional<T>> values(tasks.size());
  std::exception_ptr failure;
  std::size_t running = tasks.size();
  auto body = [](Task<T> inner, std::optional<T>& out) -> Task<> {
    out.emplace(co_await std::move(inner));
  };
  for (std::size_t i = 0; i < tasks.size(); ++i) {
    boost::asio::co_spawn(loop, body(std::move(tasks[i]), values[i]),
                          [&](std::exception_ptr error) {
                            if (error && !failure) failure = std::move(error);
                            if (--running == 0) loop.stop();
                          });
  }
  loop.restart();
  if (running > 0) loop.run();
  if (running > 0) throw std::logic_error("a task waits for something that never happens");
  if (failure) std::rethrow_exception(failure);
  std::vector<T> results;
  for (auto& value : values) results.push_back(std::move(*value));
  return results;
}

}  // namespace souk::testing
