#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <deque>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <utility>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "core/error.hpp"
#include "runtime/task.hpp"

namespace souk::database {

struct BatcherLimits {
  std::size_t max_batch = 64;      ///< commands in one call of the batch function
  std::size_t max_in_flight = 1;   ///< batches that may run side by side
  std::size_t max_waiting = 4096;  ///< commands not yet begun; past it: Error unavailable
};

/// Lets concurrent commands share statements and a commit. Batches form by themselves: a lone
/// command runs at once; those that arrive while batches run are collected into the next one.
///
/// The batch function gets 1..max_batch commands and gives one reply for each, in their order. If
/// it throws for more than one, each command is run alone once, so that only the culprit fails;
/// except after `unavailable` and `deadline_exceeded`, which no single command causes (and after
/// which the commit may have happened): those go to every caller of the batch.
///
/// Lives on one event loop, no locks. May be destroyed while batches run: these end, and answer.
template <class Command, class Reply>
class Batcher {
 public:
  using Execute = std::function<Task<std::vector<Reply>>(std::vector<Command>)>;
  using Deadline = std::chrono::steady_clock::time_point;

  Batcher(boost::asio::any_io_executor loop, Execute execute, BatcherLimits limits = {})
      : state_(std::make_shared<State>(std::move(loop), std::move(execute), limits)) {}

  /// The command's own reply or exception. A command whose deadline passes before it is begun is
  /// not begun: Error{deadline_exceeded}. Command has to be copyable (it may run twice).
  Task<Reply> submit(Command command, Deadline deadline) {
    return wait(state_, std::move(command), deadline);
  }

  std::size_t waiting() const { return state_->waiting.size(); }

 private:
  struct Entry {
    Entry(const boost::asio::any_io_executor& loop, Command what, Deadline until)
        : command(std::move(what)), deadline(until), done(loop, Deadline::max()) {}

    void fail(std::exception_ptr error) {
      failure = std::move(error);
      done.cancel();
    }
    void succeed(Reply value) {
      reply.emplace(std::move(value));
      done.cancel();
    }

    Command command;
    Deadline deadline;
    std::optional<Reply> reply;
    std::exception_ptr failure;
    boost::asio::steady_timer done;  ///< never expires; cancelled to wake the caller
  };
  using Batch = std::vector<std::shared_ptr<Entry>>;

  struct State {
    State(boost::asio::any_io_executor executor, Execute function, BatcherLimits bounds)
        : loop(std::move(executor)), execute(std::move(function)), limits(bounds) {}

    boost::asio::any_io_executor loop;
    Execute execute;
    BatcherLimits limits;
    std::deque<std::shared_ptr<Entry>> waiting;
    std::size_t in_flight = 0;
  };

  static Task<Reply> wait(std::shared_ptr<State> state, Command command, Deadline deadline) {
    if (state->waiting.size() >= state->limits.max_waiting) {
      throw unavailable("too many requests are waiting; try again shortly");
    }
    auto entry = std::make_shared<Entry>(state->loop, std::move(command), deadline);
    state->waiting.push_back(entry);
    if (state->in_flight < state->limits.max_in_flight) {
      ++state->in_flight;
      boost::asio::co_spawn(state->loop, work(state), boost::asio::detached);
    }
    boost::system::error_code ignored;
    while (!entry->reply && !entry->failure) {
      co_await entry->done.async_wait(
          boost::asio::redirect_error(boost::asio::use_awaitable, ignored));
    }
    if (entry->failure) std::rethrow_exception(entry->failure);
    co_return std::move(*entry->reply);
  }

  /// Runs batches until nothing waits.
  static Task<> work(std::shared_ptr<State> state) {
    // Lets those in whose requests came in with this one.
    co_await boost::asio::post(state->loop, boost::asio::use_awaitable);
    for (Batch batch = take(*state); !batch.empty(); batch = take(*state)) {
      if (co_await attempt(*state, batch)) continue;
      for (auto& entry : batch) co_await attempt(*state, {entry});
    }
    --state->in_flight;
  }

  static Batch take(State& state) {
    Batch batch;
    while (!state.waiting.empty() && batch.size() < state.limits.max_batch) {
      auto entry = std::move(state.waiting.front());
      state.waiting.pop_front();
      if (std::chrono::steady_clock::now() >= entry->deadline) {
        entry->fail(std::make_exception_ptr(
            Error(Kind::deadline_exceeded, "deadline_exceeded", "the time for this call is over")));
      } else {
        batch.push_back(std::move(entry));
      }
    }
    return batch;
  }

  /// True if every caller has got its answer; false if each is to be tried alone.
  static Task<bool> attempt(State& state, Batch batch) {
    std::vector<Command> commands;
    for (const auto& entry : batch) commands.push_back(entry->command);
    std::exception_ptr failure;
    bool retry_alone = batch.size() > 1;
    try {
      auto replies = co_await state.execute(std::move(commands));
      if (replies.size() != batch.size())
        throw std::logic_error("a batch needs a reply per command");
      for (std::size_t i = 0; i < batch.size(); ++i) batch[i]->succeed(std::move(replies[i]));
      co_return true;
    } catch (const Error& error) {
      failure = std::current_exception();
      retry_alone &= error.kind != Kind::unavailable && error.kind != Kind::deadline_exceeded;
    } catch (...) {
      failure = std::current_exception();
    }
    if (retry_alone) co_return false;
    for (const auto& entry : batch) entry->fail(failure);
    co_return true;
  }

  std::shared_ptr<State> state_;
};

}  // namespace souk::database
