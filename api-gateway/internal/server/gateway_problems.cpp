#include "http/problem.hpp"
#include "internal/server/gateway.hpp"
#include "internal/server/replies.hpp"

/// What the gateway answers instead of a reply.
namespace souk::gateway {

http::Response Gateway::problem_for(const Exchange& exchange,
                                    const std::exception_ptr& failure) const {
  try {
    std::rethrow_exception(failure);
  } catch (const Error& error) {
    return problem_reply(error, exchange.http.path, exchange.trace.trace_id());
  } catch (const std::exception& error) {
    if (http::was_cut_short(error)) {
      return problem_reply(unavailable("The server is stopping."), exchange.http.path,
                           exchange.trace.trace_id());
    }
    context_.log.error(exchange.trace, "request failed",
                       {{"path", exchange.http.path}, {"reason", std::string_view{error.what()}}});
    return problem_reply({Kind::internal, "internal_error", error.what()}, exchange.http.path,
                         exchange.trace.trace_id());
  }
}

http::Response Gateway::refuse(const http::Request& request, const Error& error, int status) {
  const Exchange exchange{
      request, request_id(request, context_.random), Trace::join("", context_.random), {}};
  auto response = http::problem(status, error, request.path, exchange.trace.trace_id());
  decorate(exchange, response);
  RequestMetrics::record_refused(context_.metrics, status);
  return response;
}

}  // namespace souk::gateway
