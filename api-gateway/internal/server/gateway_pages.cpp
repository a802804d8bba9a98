#include "internal/server/gateway.hpp"
#include "internal/server/replies.hpp"

/// What of the Gateway answers for pages.
namespace souk::gateway {

Task<http::Response> Gateway::page(Exchange& exchange, Loop& loop, std::string path) {
  const auto& http = exchange.http;
  const bool sitemap = FirstHtml::is_sitemap(path) && http.method == http::Method::get;
  const bool shown = sitemap || pages_.is_shop_page(http, path);
  const auto match = shown ? first_html_.match(path) : std::nullopt;
  if (!match) co_return pages_.answer(http, path);
  try {
    const auto head = co_await first_html(exchange, loop, path, *match);
    co_return sitemap ? xml_response(head) : pages_.answer(http, path, *head->body);
  } catch (const Error& error) {
    if (sitemap) throw;
    // Without its head it is the shop's page still, and the page itself says what is wrong.
    auto response = pages_.answer(http, path);
    if (error.kind == Kind::not_found) response.status = 404;
    co_return response;
  }
}

Task<ResponseCache::Reply> Gateway::first_html(Exchange& exchange, Loop& loop, std::string path,
                                               Match match) {
  const auto key = "head " + path;
  if (auto reply = kept(loop, key)) co_return reply;
  const FirstHtml::Ask ask = [&](const Route& route, const google::protobuf::Message& request,
                                 google::protobuf::Message& reply) -> Task<> {
    co_await call(exchange, route, request, reply);
  };
  const auto fetch = [&]() -> Task<std::string> {
    const auto place = admit(match);
    co_return co_await first_html_.make(path, match, ask);
  };
  co_return co_await loop.cache.get(key,
                                    [&]() { return loop.second_level->get(key, match, fetch); });
}

}  // namespace souk::gateway
