#pragma once

#include <boost/asio/awaitable.hpp>

namespace souk {

/// What every asynchronous function returns. It runs on the event loop of the module that it belongs
/// to, from the first line to the last; nothing in it blocks. A Task that is not awaited never runs.
template <class T = void>
using Task = boost::asio::awaitable<T>;

}  // namespace souk
