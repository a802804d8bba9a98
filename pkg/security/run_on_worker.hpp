#pragma once

#include <exception>
#include <functional>
#include <string>
#include <utility>

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "core/error.hpp"
#include "runtime/task.hpp"
#include "security/bounded_workers.hpp"

namespace souk::security {

/// Runs `work` on one of the workers and resumes the caller on its own executor, with what it gave or
/// threw. Throws Error{unavailable} with the detail `busy` where too many wait already, or the workers
/// stop before its turn.
template <class Result>
Task<Result> run_on_worker(BoundedWorkers& workers, std::move_only_function<Result()> work,
                           std::string busy) {
  auto start = [&workers, &work, &busy](auto handler) {
    const auto executor = boost::asio::get_associated_executor(handler);
    BoundedWorkers::Job job{[handler = std::move(handler),
                             guard = boost::asio::make_work_guard(executor), work = std::move(work),
                             busy = std::move(busy)](BoundedWorkers::Fate fate) mutable {
      std::exception_ptr error;
      Result result{};
      try {
        if (fate == BoundedWorkers::Fate::cancelled) throw unavailable(std::move(busy));
        result = work();
      } catch (...) {
        error = std::current_exception();
      }
      auto resume = [handler = std::move(handler), error, result = std::move(result)]() mutable {
        std::move(handler)(error, std::move(result));
      };
      return BoundedWorkers::Announcement{
          [guard = std::move(guard), resume = std::move(resume)]() mutable {
            boost::asio::post(guard.get_executor(), std::move(resume));
          }};
    }};
    if (!workers.try_submit(job)) job(BoundedWorkers::Fate::cancelled)();
  };
  using Signature = void(std::exception_ptr, Result);
  co_return co_await boost::asio::async_initiate<const boost::asio::use_awaitable_t<>, Signature>(
      std::move(start), boost::asio::use_awaitable);
}

}  // namespace souk::security
