#include "internal/pages/web_ui.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>
#include <utility>

namespace souk::gateway {
namespace {

namespace fs = std::filesystem;

/// Nothing inline and nothing from elsewhere but pictures, which the shop's staff may link to.
constexpr std::string_view kShopPolicy =
    "default-src 'self'; img-src 'self' data: https:; object-src 'none'; frame-ancestors 'none'; "
    "base-uri 'none'; form-action 'self'";
/// What the card fields need that are Stripe's own (docs.stripe.com/security/guide).
constexpr std::string_view kStripePolicy =
    "; script-src 'self' https://js.stripe.com https://*.js.stripe.com"
    "; frame-src https://js.stripe.com https://*.js.stripe.com https://hooks.stripe.com"
    "; connect-src 'self' https://api.stripe.com";

/// Of the shell: what stands between the first two is a page's own, where it has one.
constexpr std::string_view kHeadBegins = "<!-- head -->";
constexpr std::string_view kHeadEnds = "<!-- /head -->";
constexpr std::string_view kShopUrl = "{{shop_url}}";

constexpr std::pair<std::string_view, std::string_view> kTypes[] = {
    {".html", "text/html; charset=utf-8"},
    {".js", "text/javascript"},
    {".css", "text/css"},
    {".svg", "image/svg+xml"},
    {".png", "image/png"},
    {".webp", "image/webp"},
    {".ico", "image/x-icon"},
    {".woff2", "font/woff2"},
    {".json", "application/json"},
    {".webmanifest", "application/manifest+json"},
    {".txt", "text/plain; charset=utf-8"},
};

std::shared_ptr<const std::string> read_web_file(const fs::path& path) {
  std::ifstream in{path, std::ios::binary};
  in.exceptions(std::ios::badbit);
  return std::make_shared<const std::string>(std::istreambuf_iterator<char>{in},
                                             std::istreambuf_iterator<char>{});
}

std::string web_type(const fs::path& path) {
  const auto* found = std::ranges::find(kTypes, path.extension().string(),
                                        [](const auto& type) { return std::string{type.first}; });
  return std::string{found == std::end(kTypes) ? "application/octet-stream" : found->second};
}

bool takes(const http::Request& request, const char* header, std::string_view what) {
  const auto value = request.headers.get(header);
  return value && value->find(what) != std::string_view::npos;
}

/// "/account/orders" and "/p/brass-lamp" are; "/assets/gone.js" is a file that is not there.
bool is_page_address(const std::string& path) {
  return path.find('.', path.rfind('/')) == std::string::npos && !path.starts_with("/assets/");
}

/// Where the shop and its back office certainly have pages: those who show a link to people, or look whether it is
/// alive, ask for anything. Elsewhere a program that asks for an address that is none gets its 404.
bool is_of_the_shop(std::string_view path) {
  constexpr std::array<std::string_view, 8> kPlaces{"/p/",    "/c/",       "/admin",  "/account",
                                                    "/login", "/register", "/search", "/checkout"};
  return std::ranges::any_of(kPlaces, [path](std::string_view place) {
    if (!path.starts_with(place)) return false;
    return place.ends_with('/') || path.size() == place.size() || path[place.size()] == '/';
  });
}

/// Names under assets/ carry a hash of their content. The shell names them, so it is asked for anew.
std::string_view web_caching(const std::string& path) {
  if (path.starts_with("/assets/")) return "public, max-age=31536000, immutable";
  if (path.ends_with(".html") || path == "/sw.js") return "no-cache";
  return "public, max-age=3600";
}

}  // namespace

WebUi::WebUi(const fs::path& folder, const std::string& shop_url, bool with_stripe)
    : policy_(kShopPolicy) {
  if (with_stripe) policy_ += kStripePolicy;
  if (!fs::is_directory(folder)) return;
  for (const auto& entry : fs::recursive_directory_iterator{folder}) {
    if (!entry.is_regular_file() || entry.path().extension() == ".gz") continue;
    File file{web_type(entry.path()), read_web_file(entry.path()), nullptr};
    if (const auto small = fs::path{entry.path()} += ".gz"; fs::exists(small))
      file.gzip = read_web_file(small);
    files_["/" + entry.path().lexically_relative(folder).generic_string()] = std::move(file);
  }
  if (is_built()) settle_shell(shop_url);
}

void WebUi::settle_shell(const std::string& shop_url) {
  auto& shell = files_.at(kShell);
  auto text = *shell.plain;
  for (auto at = text.find(kShopUrl); at != std::string::npos; at = text.find(kShopUrl, at))
    text.replace(at, kShopUrl.size(), shop_url);
  // What was compressed at build time names no address of this shop.
  if (text != *shell.plain)
    shell = {shell.content_type, std::make_shared<std::string>(text), nullptr};
  const auto begin = text.find(kHeadBegins);
  const auto end = text.find(kHeadEnds);
  if (begin != std::string::npos && end != std::string::npos) {
    before_head_ = text.substr(0, begin);
    after_head_ = text.substr(end + kHeadEnds.size());
  }
  if (const auto robots = files_.find("/robots.txt"); robots != files_.end()) {
    robots->second.plain = std::make_shared<std::string>(
        *robots->second.plain + "\nSitemap: " + shop_url + "/sitemap.xml\n");
  }
}

bool WebUi::is_page(const http::Request& request, const std::string& path) const {
  return is_built() && request.method == http::Method::get && !files_.contains(path) &&
         is_page_address(path) && (is_of_the_shop(path) || takes(request, "Accept", "text/html"));
}

std::optional<http::Response> WebUi::answer(const http::Request& request, const std::string& path,
                                            std::string_view head) const {
  if (!is_built() || request.method != http::Method::get) return std::nullopt;
  const auto found = files_.find(path == "/" ? kShell : path);
  if (found != files_.end()) return respond(request, found->first, found->second);
  if (!is_page(request, path)) return std::nullopt;
  const auto& shell = files_.at(kShell);
  if (head.empty() || before_head_.empty()) return respond(request, kShell, shell);
  auto text = std::make_shared<std::string>(before_head_);
  text->append(head).append(after_head_);
  return respond(request, kShell, {shell.content_type, std::move(text), nullptr});
}

http::Response WebUi::respond(const http::Request& request, const std::string& path,
                              const File& file) const {
  http::Response response;
  response.headers.add("Content-Type", file.content_type);
  response.headers.add("Content-Security-Policy", policy_);
  response.headers.add("Cache-Control", web_caching(path));
  const bool compressed = file.gzip && takes(request, "Accept-Encoding", "gzip");
  if (compressed) response.headers.add("Content-Encoding", "gzip");
  if (file.gzip) response.headers.add("Vary", "Accept-Encoding");
  response.shared_body = compressed ? file.gzip : file.plain;
  return response;
}

fs::path web_ui_folder(const std::string& setting) {
  if (!setting.empty()) return setting;
  std::error_code unknown;
  return fs::read_symlink("/proc/self/exe", unknown).parent_path().parent_path() /
         "share/souk/web-ui";
}

}  // namespace souk::gateway
