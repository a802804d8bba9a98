#pragma once

#include <memory>
#include <type_traits>
#include <utility>

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/execution/outstanding_work.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/prefer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "runtime/task.hpp"

namespace souk::messaging::detail {

/// Awaits what `begin(done)` sets off: `done(value)` may be called once, from any thread; the
/// coroutine goes on on its own loop, which is kept running meanwhile.
template <class T, class Begin>
Task<T> from_thread(Begin begin) {
  const auto initiate = [&](auto handler) {
    auto shared = std::make_shared<decltype(handler)>(std::move(handler));
    auto loop = boost::asio::prefer(boost::asio::get_associated_executor(*shared),
                                    boost::asio::execution::outstanding_work.tracked);
    begin([shared, loop](T value) {
      boost::asio::post(loop, [shared, value = std::move(value)]() mutable {
        std::move (*shared)(std::move(value));
      });
    });
  };
  co_return co_await boost::asio::async_initiate<const boost::asio::use_awaitable_t<>, void(T)>(
      initiate, boost::asio::use_awaitable);
}

}  // namespace souk::messaging::detail
