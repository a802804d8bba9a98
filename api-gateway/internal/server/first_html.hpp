#pragma once

#include <functional>
#include <optional>
#include <string>

#include "internal/routing/route.hpp"
#include "runtime/task.hpp"

namespace souk::gateway {

/// Which pages of the shop say what they show in their first HTML, and where that comes from: products and
/// categories from the catalogue's public routes, as anybody may ask for them. Immutable, any thread.
class FirstHtml {
 public:
  /// Calls the rpc of a route.
  using Ask = std::function<Task<>(const Route&, const google::protobuf::Message& request,
                                   google::protobuf::Message& reply)>;

  /// `routes` outlives this.
  FirstHtml(const RouteTable& routes, std::string shop_url);

  /// The route that says when a head for the page at `path` is stale, with the values that it was asked by.
  /// Nothing for a page that has no head of its own.
  std::optional<Match> match(const std::string& path) const;

  /// The head of the page at `path`, for which match() has given `match`; the whole of /sitemap.xml.
  /// Throws Error{not_found} where the shop has no such product or category, and what `ask` throws.
  Task<std::string> make(std::string path, Match match, Ask ask) const;

  static bool is_sitemap(const std::string& path) { return path == "/sitemap.xml"; }

 private:
  Task<std::string> product(Match match, Ask ask) const;
  Task<std::string> category(std::string slug, Ask ask) const;
  Task<std::string> sitemap(Ask ask) const;

  std::string shop_url_;
  const RouteTable& routes_;
  const Route& categories_;
  const Route& products_;
};

}  // namespace souk::gateway
