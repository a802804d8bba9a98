#include "api.hpp"

#include <charconv>

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/format.h>

#include "approval.hpp"
#include "http/uri.hpp"
#include "requests.hpp"

namespace souk::sandbox {
namespace {

namespace asio = boost::asio;

constexpr int kDefaultLimit = 100;
constexpr int kMaxLimit = 1000;

std::vector<std::string_view> split(std::string_view path) {
  std::vector<std::string_view> segments;
  while (!path.empty()) {
    path.remove_prefix(1);  // the slash
    const auto end = std::min(path.find('/'), path.size());
    segments.push_back(path.substr(0, end));
    path.remove_prefix(end);
  }
  return segments;
}

std::string parameter(const http::QueryParameters& query, std::string_view name) {
  const auto found = std::ranges::find(query, name, [](const auto& entry) { return entry.first; });
  return found == query.end() ? std::string{} : found->second;
}

int read_limit(const std::string& text) {
  if (text.empty()) return kDefaultLimit;
  int limit = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), limit);
  if (failure != std::errc{} || end != text.data() + text.size() || limit < 1 ||
      limit > kMaxLimit) {
    throw invalid_field("limit", "out_of_range", fmt::format("limit is 1 to {}.", kMaxLimit));
  }
  return limit;
}

/// Empty or "0": from the beginning.
std::optional<ChargeId> read_after(const std::string& text) {
  if (text.empty() || text == "0") return std::nullopt;
  const auto id = Uuid::parse(text);
  if (!id) throw invalid_field("after", "invalid", "after is the id of a charge.");
  return ChargeId{*id};
}

[[noreturn]] void no_such_path() { throw not_found("page"); }

[[noreturn]] void wrong_method() {
  throw Error{Kind::method_not_allowed, "method_not_allowed",
              "The path exists, the method does not."};
}

void require(const http::Request& request, http::Method method) {
  if (request.method != method) wrong_method();
}

/// Where the client has reached us, and its customer will.
std::string origin_of(const http::Request& request) {
  return fmt::format("http://{}", request.headers.get("Host").value_or("localhost"));
}

http::Response page(const std::vector<Charge>& charges, std::string_view origin, bool has_more) {
  std::string body = "{\"items\":[";
  for (const auto& charge : charges) {
    if (body.back() != '[') body += ',';
    body += to_json(charge, origin);
  }
  body += fmt::format("],\"has_more\":{}}}", has_more);
  return http::json_response(200, std::move(body));
}

int status_of(const Charge& charge) {
  if (charge.status == ChargeStatus::requires_action) return 202;
  return charge.status == ChargeStatus::declined ? 402 : 201;
}

}  // namespace

Api::Api(asio::any_io_executor loop, Ledger& ledger, std::chrono::milliseconds stall)
    : loop_(std::move(loop)), ledger_(ledger), stall_(stall) {}

Task<http::Response> Api::handle(const http::Request& request) {
  const auto path = http::decode_path(request.path);
  const auto segments = split(path);
  if (path == "/healthz") {
    require(request, http::Method::get);
    co_return http::json_response(200, R"({"service":"souk-sandbox-provider"})");
  }
  if (segments.size() < 2 || segments[0] != "v1" || segments[1] != "charges") no_such_path();
  if (segments.size() == 2) co_return co_await charges(request);
  co_return co_await one_charge(request, segments);
}

Task<http::Response> Api::charges(const http::Request& request) {
  if (request.method == http::Method::get) co_return co_await list(request);
  require(request, http::Method::post);
  co_return co_await create(request);
}

Task<http::Response> Api::one_charge(const http::Request& request, const Segments& path) {
  const auto origin = origin_of(request);
  if (path.size() == 3 && path[2] == "cancel") {
    require(request, http::Method::post);
    const auto ended = co_await ledger_.cancel(read_cancelled_key(request));
    co_return http::json_response(200, to_json(ended, origin));
  }
  const auto id = ChargeId::from(path[2]);
  if (path.size() == 3) {
    require(request, http::Method::get);
    co_return http::json_response(200, to_json(co_await ledger_.get(id), origin));
  }
  if (path.size() != 4) no_such_path();
  if (path[3] == "approval") co_return co_await approval(request, id);
  require(request, http::Method::post);
  if (path[3] == "capture")
    co_return http::json_response(200, to_json(co_await ledger_.capture(id), origin));
  if (path[3] == "void") {
    co_return http::json_response(200, to_json(co_await ledger_.void_authorization(id), origin));
  }
  if (path[3] != "refunds") no_such_path();
  const auto refund =
      co_await ledger_.refund(id, read_idempotency_key(request), read_refund_amount(request));
  co_return http::json_response(201, to_json(refund));
}

Task<http::Response> Api::approval(const http::Request& request, ChargeId id) {
  if (request.method == http::Method::get) co_return approval_page(co_await ledger_.get(id));
  require(request, http::Method::post);
  co_return after_decision(co_await ledger_.decide(id, read_decision(request)));
}

Task<http::Response> Api::create(const http::Request& request) {
  auto charge = read_charge_request(request);
  const auto verdict = judge(charge.token);
  if (verdict.conduct == Conduct::hang_up) co_return http::Response{.hang_up = true};
  if (verdict.conduct == Conduct::fail) {
    throw Error{Kind::internal, "internal_error", "tok_error fails, as documented"};
  }
  const auto recorded = co_await ledger_.record(std::move(charge), verdict);
  if (verdict.conduct == Conduct::stall) co_return co_await stall();
  co_return http::json_response(status_of(recorded), to_json(recorded, origin_of(request)));
}

/// ?idempotency_key= asks what a key stands for, declined and cancelled ones included; without it,
/// a page of the ledger.
Task<http::Response> Api::list(const http::Request& request) {
  const auto query = http::parse_query(request.query);
  if (const auto key = parameter(query, "idempotency_key"); !key.empty()) {
    std::vector<Charge> found;
    if (auto charge = co_await ledger_.find(key)) found.push_back(std::move(*charge));
    co_return page(found, origin_of(request), false);
  }
  const int limit = read_limit(parameter(query, "limit"));
  auto charges = co_await ledger_.list(read_after(parameter(query, "after")), limit + 1);
  const bool has_more = charges.size() > static_cast<std::size_t>(limit);
  if (has_more) charges.pop_back();
  co_return page(charges, origin_of(request), has_more);
}

Task<http::Response> Api::stall() {
  asio::steady_timer timer{loop_, stopping_ ? std::chrono::milliseconds{0} : stall_};
  stalling_.insert(&timer);
  boost::system::error_code woken;
  co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, woken));
  stalling_.erase(&timer);
  co_return http::Response{.hang_up = true};
}

void Api::stop_stalling() {
  stopping_ = true;
  for (auto* timer : stalling_) timer->cancel();
}

}  // namespace souk::sandbox
