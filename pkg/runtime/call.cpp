#include "runtime/call.hpp"

#include "core/error.hpp"

namespace souk::rpc {

std::chrono::milliseconds Call::time_left() const {
  const auto left = deadline - std::chrono::steady_clock::now();
  return std::max(std::chrono::milliseconds{0},
                  std::chrono::duration_cast<std::chrono::milliseconds>(left));
}

void Call::check_deadline() const {
  if (time_left().count() == 0) {
    throw Error{Kind::deadline_exceeded, "deadline_exceeded", "The time for this call is over."};
  }
}

Call Call::background(std::string service, std::chrono::milliseconds timeout, Random& random,
                      TenantId tenant) {
  Call call;
  call.identity.service = std::move(service);
  call.identity.tenant = tenant;
  call.deadline = std::chrono::steady_clock::now() + timeout;
  call.trace = Trace::join("", random);
  return call;
}

}  // namespace souk::rpc
