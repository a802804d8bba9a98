#include "http/uri.hpp"
#include "internal/server/gateway.hpp"
#include "runtime/rpc_service.hpp"

namespace souk::gateway {
namespace {

/// What nobody has to be known for.
constexpr std::size_t kMaxBody = 1024 * 1024;

}  // namespace

// Bodies are read before anything is decided on them, so large ones are for those alone who may send them.
std::size_t Gateway::body_limit(const http::Request& head) const {
  if (head.method == http::Method::get) return kMaxBody;
  try {
    const auto* route = routes_.find(head.method, http::decode_path(head.path)).route;
    const std::size_t wanted = route->rule.raw_body().max_bytes();
    if (wanted <= kMaxBody) return kMaxBody;
    rpc::check_access(route->rule, authenticator_.identify(head.headers.get("Authorization")));
    return wanted;
  } catch (const Error&) {
    return kMaxBody;
  }
}

}  // namespace souk::gateway
