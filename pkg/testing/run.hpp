#pragma once

#include <optional>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include <boost/asio/io_context.hpp>

#include "runtime/task.hpp"

namespace souk::testing {

/// Runs `tasks` side by side on `loop` until all have ended; throws what the first of them threw. What else runs
/// on the loop goes on meanwhile and stands still afterwards. Throws std::logic_error where one waits for something
/// that never happens. (No template: what it takes to start a coroutine is compiled once, not in each test.)
void run_to_end(boost::asio::io_context& loop, std::vector<Task<>> tasks);

/// Keeps what a task gives.
template <class Value, class T>
Task<> keep_value(Task<T> task, std::optional<Value>& value) {
  if constexpr (std::is_void_v<T>) {
    co_await std::move(task);
    value.emplace();
  } else {
    value.emplace(co_await std::move(task));
  }
}

/// As run_to_end; returns the values in the order of the tasks.
template <class T>
std::vector<T> run_all(boost::asio::io_context& loop, std::vector<Task<T>> tasks) {
  std::vector<std::optional<T>> values(tasks.size());
  std::vector<Task<>> keeping;
  for (std::size_t i = 0; i < tasks.size(); ++i)
    keeping.push_back(keep_value(std::move(tasks[i]), values[i]));
  run_to_end(loop, std::move(keeping));
  std::vector<T> results;
  for (auto& value : values) results.push_back(std::move(*value));
  return results;
}

/// The same for one task.
template <class T>
T run(boost::asio::io_context& loop, Task<T> task) {
  using Value = std::conditional_t<std::is_void_v<T>, std::monostate, T>;
  std::optional<Value> value;
  std::vector<Task<>> keeping;
  keeping.push_back(keep_value(std::move(task), value));
  run_to_end(loop, std::move(keeping));
  if constexpr (!std::is_void_v<T>) return std::move(*value);
}

/// The same on a loop of its own.
template <class T>
T run(Task<T> task) {
  boost::asio::io_context loop(1);
  return run(loop, std::move(task));
}

}  // namespace souk::testing
