#include "internal/middleware/authenticator.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "runtime/proto_values.hpp"

namespace souk::gateway {
namespace {

using namespace std::chrono_literals;

constexpr auto kRefresh = 1s;
/// What INVARIANTS 22 allows. Past it no token is believed: better closed than letting a revoked session in.
constexpr auto kLongestStaleness = 5s;
constexpr auto kFirstKeysTimeout = 30s;
/// As long as an access token can still live.
constexpr auto kTokenLifetime = 15min;
constexpr std::string_view kBearer = "Bearer ";

Task<> pause(const boost::asio::any_io_executor& loop) {
  boost::asio::steady_timer timer{loop, 100ms};
  boost::system::error_code ignored;
  co_await timer.async_wait(boost::asio::redirect_error(boost::asio::use_awaitable, ignored));
}

Error invalid_token(std::string detail) {
  return {Kind::unauthenticated, "invalid_token", std::move(detail)};
}

}  // namespace

Authenticator::Authenticator(const runtime::ModuleContext& context)
    : context_(context),
      users_(context.channel("user-service")),
      expected_{context.settings.text("SOUK_PUBLIC_URL"), "souk"},
      job_(context.loop, context.log, "asking which sessions ended", kRefresh,
           [this] { return refresh(); }) {}

Task<> Authenticator::start() {
  const auto deadline = std::chrono::steady_clock::now() + kFirstKeysTimeout;
  for (bool known = false; !known;) {
    try {
      co_await refresh();
    } catch (const Error&) {
      if (std::chrono::steady_clock::now() > deadline) throw;
    }
    known = knows_keys();
    if (!known) co_await pause(context_.loop);
  }
  job_.start();
}

Task<> Authenticator::refresh() {
  const auto started = std::chrono::steady_clock::now();
  const auto after = last_revocation();
  std::exception_ptr failure;
  try {
    learn(co_await ask_user_service(after), started);
  } catch (const Error&) {
    failure = std::current_exception();
  }
  if (!failure) co_return;
  if (neighbours_ != nullptr) neighbours_->ask(after);
  std::rethrow_exception(failure);
}

Task<SessionNews> Authenticator::ask_user_service(std::int64_t after) {
  const auto call = rpc::Call::background(context_.name, 2s, context_.random);
  const auto keys = co_await users_.get_jwks(call, {});
  user::v1::ListRevocationsRequest request;
  request.set_after(after);
  co_return SessionNews{keys.jwks_json(), co_await users_.list_revocations(call, request)};
}

void Authenticator::learn(const SessionNews& news, std::chrono::steady_clock::time_point as_of) {
  auto parsed = security::Jwks::parse(news.jwks_json);
  if (!parsed) throw parsed.error();

  const std::unique_lock lock{mutex_};
  if (as_of >= refreshed_ && news.jwks_json != jwks_json_) {
    jwks_ = std::make_shared<const security::Jwks>(std::move(*parsed));
    jwks_json_ = news.jwks_json;
    verified_.clear();
  }
  for (const auto& item : news.revocations.items()) {
    revoked_[SessionId::from(item.session_id())] = rpc::from_proto(item.forget_after());
  }
  last_revocation_ = std::max(last_revocation_, news.revocations.last());
  std::erase_if(revoked_,
                [now = context_.clock.now()](const auto& entry) { return entry.second < now; });
  refreshed_ = std::max(refreshed_, as_of);
}

bool Authenticator::knows_keys() const {
  const std::shared_lock lock{mutex_};
  return jwks_ != nullptr;
}

std::int64_t Authenticator::last_revocation() const {
  const std::shared_lock lock{mutex_};
  return last_revocation_;
}

void Authenticator::check_fresh() const {
  const std::shared_lock lock{mutex_};
  if (std::chrono::steady_clock::now() - refreshed_ > kLongestStaleness) {
    throw unavailable("Sessions cannot be checked at the moment.");
  }
}

Identity Authenticator::identify(std::optional<std::string_view> authorization) const {
  Identity identity;
  identity.service = "api-gateway";
  if (!authorization) return identity;
  if (!authorization->starts_with(kBearer))
    throw invalid_token("The Authorization header holds no Bearer token.");
  check_fresh();
  const std::shared_lock lock{mutex_};
  auto claims = verify(authorization->substr(kBearer.size()));
  if (!claims) throw claims.error();
  if (revoked_.contains(claims->sid)) throw invalid_token("This session has ended.");
  identity.user = claims->sub;
  identity.session = claims->sid;
  identity.roles = std::move(claims->roles);
  return identity;
}

/// The caller holds the lock: keys and what they have verified belong together.
Result<security::Claims> Authenticator::verify(std::string_view token) const {
  const auto now = context_.clock.now();
  const auto digest = security::token_digest(token);
  if (auto known = verified_.find(digest, now)) return *std::move(known);
  auto claims = jwks_->verify(token, now, expected_);
  if (claims) verified_.add(digest, *claims);
  return claims;
}

Time Authenticator::good_until(std::string_view authorization) const {
  const std::shared_lock lock{mutex_};
  const auto token = authorization.substr(std::min(kBearer.size(), authorization.size()));
  const auto claims = verify(token);
  return claims ? Time{claims->exp} : Time{};
}

bool Authenticator::still_good(const SessionId& session) const {
  const std::shared_lock lock{mutex_};
  return std::chrono::steady_clock::now() - refreshed_ <= kLongestStaleness &&
         !revoked_.contains(session);
}

void Authenticator::revoke(const SessionId& session) {
  refuse(session);
  if (neighbours_ != nullptr) neighbours_->tell_ended(session);
}

void Authenticator::refuse(const SessionId& session) {
  const std::unique_lock lock{mutex_};
  revoked_[session] = context_.clock.now() + kTokenLifetime;
}

std::string Authenticator::jwks_json() const {
  const std::shared_lock lock{mutex_};
  return jwks_->json();
}

}  // namespace souk::gateway
