#include "runtime/remote_channel.hpp"

#include <charconv>
#include <ranges>
#include <vector>

#include <arpa/inet.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <google/protobuf/descriptor.h>
#include <grpcpp/grpcpp.h>

#include "common/options.pb.h"
#include "core/error.hpp"
#include "google/api/annotations.pb.h"

namespace souk::runtime {
namespace {

/// A service that restarts is found again within a second, and an address that swallows packets is given
/// up as quickly.
constexpr int kFirstReconnectMs = 100;
constexpr int kMaxReconnectMs = 1000;

/// A peer that vanished without a word (cut off, or stopped) is noticed after 5 s instead of TCP's minutes.
/// Three seconds for an answer: more than a machine under full load has ever taken for one.
constexpr int kPingEveryMs = 2000;
constexpr int kPingAnswerMs = 3000;

enum class Form { ipv4, ipv6, name };

struct Endpoint {
  Form form;
  std::string text;
};

[[noreturn]] void refuse(std::string_view setting, std::string_view why) {
  throw Error{Kind::validation, "invalid_setting", fmt::format("Setting {}: {}", setting, why)};
}

bool is_port(std::string_view text) {
  int port = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), port);
  return failure == std::errc{} && end == text.data() + text.size() && port > 0 && port <= 65535;
}

Form form_of(std::string host) {
  in6_addr unused{};
  if (inet_pton(AF_INET, host.c_str(), &unused) == 1) return Form::ipv4;
  if (host.starts_with('[') && host.ends_with(']')) {
    host = host.substr(1, host.size() - 2);
    if (inet_pton(AF_INET6, host.c_str(), &unused) == 1) return Form::ipv6;
  }
  return Form::name;
}

Endpoint parse_endpoint(std::string_view setting, std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  const auto colon = text.rfind(':');
  const auto host = text.substr(0, colon);
  if (colon == std::string_view::npos || host.empty() || !is_port(text.substr(colon + 1)))
    refuse(setting, fmt::format("\"{}\" is no host:port", text));
  const auto form = form_of(std::string{host});
  if (form == Form::name && host.find_first_of(":[]/ ") != std::string_view::npos)
    refuse(setting, fmt::format("\"{}\" is no host:port", text));
  return {form, std::string{text}};
}

/// One more attempt where the first met a replica that died, a third where all of them are just coming
/// back. gRPC jitters the pauses. A handler's own answer is never repeated: see Service.
constexpr std::string_view kAttempts =
    R"({"maxAttempts":3,"initialBackoff":"0.05s","maxBackoff":"0.5s","backoffMultiplier":4,)"
    R"("retryableStatusCodes":["UNAVAILABLE"]})";

/// Each success earns a tenth of an attempt, so repeats add a tenth at most to the load; ten failures in a
/// row spend what is saved up (gRPC stops at half of maxTokens).
constexpr std::string_view kBudget = R"("retryThrottling":{"maxTokens":20,"tokenRatio":0.1})";

bool is_repeatable(const google::protobuf::MethodOptions& options) {
  const auto idempotency = options.GetExtension(common::v1::rule).idempotency();
  return options.GetExtension(google::api::http).has_get() ||
         idempotency == common::v1::IDEMPOTENCY_REQUIRED ||
         idempotency == common::v1::IDEMPOTENCY_INHERENT;
}

/// As gRPC names them in a service config.
std::vector<std::string> repeatable_rpcs(std::string_view service) {
  std::vector<std::string> names;
  auto name = std::string{service.substr(0, service.rfind('-'))};
  const auto package = fmt::format("souk.{}.v1", name);
  name.front() = static_cast<char>(std::toupper(static_cast<unsigned char>(name.front())));
  const auto* descriptor = google::protobuf::DescriptorPool::generated_pool()->FindServiceByName(
      fmt::format("{}.{}Service", package, name));
  for (int i = 0; descriptor != nullptr && i < descriptor->method_count(); ++i) {
    const auto& method = *descriptor->method(i);
    if (is_repeatable(method.options())) {
      names.push_back(fmt::format(R"({{"service":"{}","method":"{}"}})", descriptor->full_name(),
                                  method.name()));
    }
  }
  return names;
}

}  // namespace

std::string grpc_target(std::string_view setting, std::string_view addresses) {
  std::vector<Endpoint> endpoints;
  for (const auto part : std::views::split(addresses, ','))
    endpoints.push_back(parse_endpoint(setting, {part.begin(), part.end()}));
  if (endpoints.empty()) refuse(setting, "no address");  // nothing splits into no part at all
  const auto form = endpoints.front().form;
  if (form == Form::name) {
    if (endpoints.size() == 1) return "dns:///" + endpoints.front().text;
    refuse(setting, "one host name, or addresses only");
  }
  if (!std::ranges::all_of(endpoints, [&](const auto& each) { return each.form == form; }))
    refuse(setting, "all of one kind: IPv4 or IPv6 addresses, or one host name");
  return fmt::format("{}:{}", form == Form::ipv4 ? "ipv4" : "ipv6",
                     fmt::join(endpoints | std::views::transform(&Endpoint::text), ","));
}

std::string service_config(std::string_view service) {
  const auto names = repeatable_rpcs(service);
  const auto repeats = names.empty()
                           ? std::string{}
                           : fmt::format(R"(,"methodConfig":[{{"name":[{}],"retryPolicy":{}}}],{})",
                                         fmt::join(names, ","), kAttempts, kBudget);
  return fmt::format(
      R"({{"loadBalancingConfig":[{{"round_robin":{{}}}}],"healthCheckConfig":{{"serviceName":""}}{}}})",
      repeats);
}

std::shared_ptr<grpc::Channel> remote_channel(std::string_view service, std::string_view setting,
                                              std::string_view addresses,
                                              const TransportSecurity& security) {
  grpc::ChannelArguments arguments;
  if (security.encrypts())
    arguments.SetString(GRPC_SSL_TARGET_NAME_OVERRIDE_ARG, std::string{service});
  arguments.SetServiceConfigJSON(service_config(service));
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, kFirstReconnectMs);
  arguments.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, kMaxReconnectMs);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, kMaxReconnectMs);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS, kPingEveryMs);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, kPingAnswerMs);
  arguments.SetInt(GRPC_ARG_HTTP2_MAX_PINGS_WITHOUT_DATA, 0);  // as many as it takes
  return grpc::CreateCustomChannel(grpc_target(setting, addresses), security.channel(), arguments);
}

}  // namespace souk::runtime
