#include "http/detail/client_connection.hpp"

#include <memory>
#include <vector>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>

#include "http/public_address.hpp"

namespace souk::http::detail {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
using asio::ip::tcp;
using boost::system::error_code;

constexpr auto kNoThrow = asio::as_tuple(asio::use_awaitable);
using Endpoints = std::vector<tcp::endpoint>;

/// Interim replies (100, 103) before the real one; more are no server's habit.
constexpr int kMaxInterim = 8;
constexpr std::uint32_t kHeaderLimit = 64 * 1024;

ExchangeFailure not_sent(const char* step, const error_code& failure) {
  return {.delivery = Delivery::not_sent,
          .timed_out = failure == beast::error::timeout,
          .answered = false,
          .cause = std::string{step} + ": " + failure.message()};
}

/// getaddrinfo runs on a thread of asio's and cannot be interrupted: past the deadline it is left
/// to itself, with nothing of ours in its hands.
struct Resolution {
  explicit Resolution(asio::io_context& loop, Deadline deadline)
      : resolver(loop), done(loop, deadline) {}
  tcp::resolver resolver;
  asio::steady_timer done;
  error_code failure = beast::error::timeout;
  Endpoints endpoints;
};

Task<std::expected<Endpoints, error_code>> resolve(asio::io_context& loop, const Url& url,
                                                   Deadline deadline) {
  error_code no_literal;
  const auto address = asio::ip::make_address(url.host, no_literal);
  if (!no_literal) co_return Endpoints{{address, url.port}};

  auto state = std::make_shared<Resolution>(loop, deadline);
  state->resolver.async_resolve(
      url.host, std::to_string(url.port),
      [state](const error_code& failure, const tcp::resolver::results_type& found) {
        state->failure = failure;
        for (const auto& entry : found) state->endpoints.push_back(entry.endpoint());
        state->done.cancel();
      });
  error_code woken;
  co_await state->done.async_wait(asio::redirect_error(asio::use_awaitable, woken));
  if (state->failure) co_return std::unexpected(state->failure);
  co_return std::move(state->endpoints);
}

/// Beast is lenient about replies; what would not fit our own headers is refused.
std::optional<Headers> copy_headers(const beast::http::fields& fields) {
  Headers headers;
  for (const auto& field : fields) {
    if (!is_token(field.name_string()) || !is_field_value(field.value())) return std::nullopt;
    headers.add(field.name_string(), field.value());
  }
  return headers;
}

}  // namespace

ClientConnection::ClientConnection(asio::io_context& loop, asio::ssl::context* tls)
    : loop_(loop), stream_(std::in_place_type<Plain>, loop) {
  if (tls != nullptr) stream_.emplace<Tls>(loop, *tls);
}

beast::tcp_stream& ClientConnection::tcp() {
  if (auto* tls = std::get_if<Tls>(&stream_)) return tls->next_layer();
  return std::get<Plain>(stream_);
}

Task<std::expected<void, ExchangeFailure>> ClientConnection::connect(const Url& url,
                                                                     Deadline deadline,
                                                                     bool public_only) {
  auto endpoints = co_await resolve(loop_, url, deadline);
  if (!endpoints) co_return std::unexpected(not_sent("resolve", endpoints.error()));
  if (public_only) {
    // Here, and not where the URL is read: the name may lead elsewhere by now.
    std::erase_if(*endpoints, [](const tcp::endpoint& endpoint) {
      return !is_public_address(endpoint.address().to_string());
    });
    if (endpoints->empty()) {
      co_return std::unexpected(not_sent("connect", asio::error::access_denied));
    }
  }
  tcp().expires_at(deadline);
  const auto [failure, connected] = co_await tcp().async_connect(*endpoints, kNoThrow);
  if (failure) co_return std::unexpected(not_sent("connect", failure));
  error_code ignored;
  tcp().socket().set_option(tcp::no_delay(true), ignored);
  if (const auto refused = co_await handshake(url.host)) {
    co_return std::unexpected(not_sent("TLS handshake", refused));
  }
  co_return std::expected<void, ExchangeFailure>{};
}

Task<error_code> ClientConnection::handshake(const std::string& host) {
  auto* tls = std::get_if<Tls>(&stream_);
  if (tls == nullptr) co_return error_code{};
  error_code not_literal;
  asio::ip::make_address(host, not_literal);
  // RFC 6066: an address is no server name.
  if (not_literal) SSL_set_tlsext_host_name(tls->native_handle(), host.c_str());
  tls->set_verify_mode(asio::ssl::verify_peer);
  tls->set_verify_callback(asio::ssl::host_name_verification(host));
  const auto [failure] = co_await tls->async_handshake(asio::ssl::stream_base::client, kNoThrow);
  co_return failure;
}

Task<std::expected<ClientResponse, ExchangeFailure>> ClientConnection::exchange(
    const Outgoing& request, Deadline deadline) {
  keep_alive_ = false;
  tcp().expires_at(deadline);
  const auto leave = [this](std::expected<ClientResponse, ExchangeFailure> result) {
    tcp().expires_never();
    last_used_ = std::chrono::steady_clock::now();
    return result;
  };
  if (auto* tls = std::get_if<Tls>(&stream_))
    co_return leave(co_await exchange_over(*tls, request));
  co_return leave(co_await exchange_over(std::get<Plain>(stream_), request));
}

template <class Stream>
Task<std::expected<ClientResponse, ExchangeFailure>> ClientConnection::exchange_over(
    Stream& stream, const Outgoing& request) {
  // Not an array of two: once the first is sent, Asio hands on {nothing, body}, which Beast's stream over TLS takes
  // for the end where the body has more than 16 KB (Boost 1.81).
  const std::vector<asio::const_buffer> bytes{asio::buffer(request.head),
                                              asio::buffer(request.body)};
  const auto [unsent, sent] = co_await asio::async_write(stream, bytes, kNoThrow);
  // A server may refuse and close before it has read a large body: its reply may be there already.
  if (unsent && sent == 0) co_return std::unexpected(not_sent("send", unsent));

  for (int interim = 0; interim <= kMaxInterim; ++interim) {
    beast::http::response_parser<beast::http::string_body> parser;
    parser.body_limit(request.max_response);
    parser.header_limit(kHeaderLimit);
    const auto [failure, size] =
        co_await beast::http::async_read(stream, buffer_, parser, kNoThrow);
    if (failure) {
      co_return std::unexpected(ExchangeFailure{.delivery = Delivery::unknown,
                                                .timed_out = failure == beast::error::timeout,
                                                .answered = interim > 0 || parser.got_some(),
                                                .cause = "receive: " + failure.message()});
    }
    auto& reply = parser.get();
    if (reply.result_int() >= 100 && reply.result_int() < 200 && reply.result_int() != 101)
      continue;
    auto headers = copy_headers(reply);
    if (!headers || reply.result_int() == 101) break;
    keep_alive_ = !unsent && reply.keep_alive();
    co_return ClientResponse{.status = static_cast<int>(reply.result_int()),
                             .headers = *std::move(headers),
                             .body = std::move(reply.body())};
  }
  co_return std::unexpected(ExchangeFailure{.delivery = Delivery::unknown,
                                            .timed_out = false,
                                            .answered = true,
                                            .cause = "receive: not a usable reply"});
}

bool ClientConnection::reusable() {
  if (!keep_alive_ || buffer_.size() > 0) return false;
  char byte = 0;
  error_code state;
  tcp().socket().non_blocking(true, state);
  if (state) return false;
  tcp().socket().receive(asio::buffer(&byte, 1), tcp::socket::message_peek, state);
  return state == asio::error::would_block;
}

}  // namespace souk::http::detail
