#include "internal/middleware/load_shedder.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace souk::gateway {
namespace {

/// Of all services together: each may be full, and as many again be on their way. Some 20 MB.
constexpr int kPlaces = 4 * rpc::Admission::kPlaces;

/// Five looks in the interval that counts; costs nothing to speak of.
constexpr auto kLook = QueueDelay::kInterval / 5;

}  // namespace

LoadShedder::LoadShedder(Metrics& metrics, const std::vector<Route>& routes)
    : admission_(metrics, "http", kPlaces) {
  for (const auto& route : routes) held_.try_emplace(route.service);
}

rpc::Admission::Ticket LoadShedder::admit(const Route& route, Instant now) {
  if (held(route, now)) throw rpc::overloaded();
  auto ticket = admission_.enter(route.rule.priority(), now);
  if (!ticket) throw rpc::overloaded();
  return *std::move(ticket);
}

bool LoadShedder::held(const Route& route, Instant now) const {
  const auto& service = held_.find(route.service)->second;
  const auto own = rpc::rank(route.rule.priority());
  for (auto rank = own; rank < service.size(); ++rank) {
    if (now < service[rank].load(std::memory_order_relaxed)) return true;
  }
  return own == rpc::rank(common::v1::PRIORITY_BROWSING) &&
         now < checkouts_held_.load(std::memory_order_relaxed);
}

void LoadShedder::refused(const Route& route, Instant now) {
  const auto until = now + QueueDelay::kInterval;
  const auto own = rpc::rank(route.rule.priority());
  held_.find(route.service)->second[own].store(until, std::memory_order_relaxed);
  if (own == rpc::rank(common::v1::PRIORITY_CHECKOUT))
    checkouts_held_.store(until, std::memory_order_relaxed);
}

Task<> LoopWatch::run() {
  while (!stopping_) {
    const auto due = std::chrono::steady_clock::now() + kLook;
    timer_.expires_at(due);
    boost::system::error_code ignored;
    co_await timer_.async_wait(boost::asio::redirect_error(boost::asio::use_awaitable, ignored));
    const auto now = std::chrono::steady_clock::now();
    if (stopping_) break;
    delay_.waited(now - due, now);
    shedder_.measure(now);
  }
}

void LoopWatch::stop() {
  stopping_ = true;
  timer_.cancel();
}

}  // namespace souk::gateway
