#include "database/session.hpp"

#include <utility>

#include "database/connection.hpp"
#include "database/failure.hpp"

namespace souk::database {

Session::Session(const boost::asio::any_io_executor& loop, std::shared_ptr<Connection> connection,
                 const ErrorMap& errors)
    : connection_(std::move(connection)), errors_(errors), timer_(loop) {}

Session::~Session() = default;

Task<Rows> Session::run(Deadline deadline, Query query, std::vector<Param> params) {
  connection_->watch(deadline);
  connection_->send(query, params);
  auto trip = co_await connection_->round_trip();
  connection_->stop_watch();
  if (trip.failure) throw errors_.translate(*trip.failure);
  co_return std::move(trip.last);
}

Task<bool> Session::notified(Deadline until) {
  if (interrupted_) co_return false;
  timer_.expires_at(until);
  const bool heard = co_await connection_->notified(timer_);
  if (!connection_->reusable()) {
    throw errors_.translate(
        {.query = "session", .message = "the connection was lost", .lost = true});
  }
  co_return heard;
}

void Session::interrupt() {
  interrupted_ = true;
  timer_.cancel();
}

}  // namespace souk::database
