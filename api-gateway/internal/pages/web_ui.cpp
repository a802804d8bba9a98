#include "internal/pages/web_ui.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <utility>

namespace souk::gateway {
namespace {

namespace fs = std::filesystem;

/// Nothing inline and nothing from elsewhere but pictures, which the shop's staff may link to.
constexpr char kShopPolicy[] =
    "default-src 'self'; img-src 'self' data: https:; object-src 'none'; frame-ancestors 'none'; "
    "base-uri 'none'; form-action 'self'";

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

/// Names under assets/ carry a hash of their content. The shell names them, so it is asked for anew.
std::string_view web_caching(const std::string& path) {
  if (path.starts_with("/assets/")) return "public, max-age=31536000, immutable";
  if (path.ends_with(".html")) return "no-cache";
  return "public, max-age=3600";
}

}  // namespace

WebUi::WebUi(const fs::path& folder) {
  if (!fs::is_directory(folder)) return;
  for (const auto& entry : fs::recursive_directory_iterator{folder}) {
    if (!entry.is_regular_file() || entry.path().extension() == ".gz") continue;
    File file{web_type(entry.path()), read_web_file(entry.path()), nullptr};
    if (const auto small = fs::path{entry.path()} += ".gz"; fs::exists(small))
      file.gzip = read_web_file(small);
    files_["/" + entry.path().lexically_relative(folder).generic_string()] = std::move(file);
  }
}

std::optional<http::Response> WebUi::answer(const http::Request& request,
                                            const std::string& path) const {
  if (!is_built() || request.method != http::Method::get) return std::nullopt;
  const auto found = files_.find(path == "/" ? kShell : path);
  if (found != files_.end()) return respond(request, found->first, found->second);
  // A program that asks for an address that is none gets its 404.
  if (!is_page_address(path) || !takes(request, "Accept", "text/html")) return std::nullopt;
  return respond(request, kShell, files_.at(kShell));
}

http::Response WebUi::respond(const http::Request& request, const std::string& path,
                              const File& file) const {
  http::Response response;
  response.headers.add("Content-Type", file.content_type);
  response.headers.add("Content-Security-Policy", kShopPolicy);
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
