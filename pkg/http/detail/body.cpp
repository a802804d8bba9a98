#include "http/detail/body.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

namespace souk::http::detail {

namespace beast = boost::beast;

struct BodyParser::Impl {
  beast::http::request_parser<beast::http::string_body> parser;
};

BodyParser::BodyParser(std::size_t limit) : impl_(std::make_unique<Impl>()) {
  impl_->parser.eager(true);  // go on into the body
  impl_->parser.body_limit(limit);
  impl_->parser.header_limit(64 * 1024);  // parse_head has applied ours, which are below
}

BodyParser::~BodyParser() = default;

std::expected<std::size_t, Refusal> BodyParser::feed(std::string_view bytes) {
  boost::system::error_code failure;
  const auto used = impl_->parser.put(boost::asio::buffer(bytes), failure);
  if (failure == beast::http::error::body_limit) return std::unexpected(body_too_large());
  if (failure && failure != beast::http::error::need_more) {
    return std::unexpected(malformed("The body is not framed correctly."));
  }
  return used;
}

bool BodyParser::done() const { return impl_->parser.is_done(); }

std::string BodyParser::take() { return std::move(impl_->parser.get().body()); }

Refusal body_too_large() {
  return {413, {Kind::too_large, "body_too_large", "The body is too large."}};
}

}  // namespace souk::http::detail
