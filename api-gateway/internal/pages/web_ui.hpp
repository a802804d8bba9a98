#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "http/message.hpp"

namespace souk::gateway {

/// The built web-ui, read into memory at the start: no request waits for the disk, and a deployment that
/// replaces the folder changes nothing under a running process. A file that has a ".gz" beside it goes out
/// compressed to whoever takes that. Immutable, any thread.
class WebUi {
 public:
  /// Throws std::filesystem::filesystem_error where the folder is there and cannot be read.
  /// `shop_url` takes the place of {{shop_url}} in the shell, and stands in robots.txt.
  /// `with_stripe`: pages may show the card fields that Stripe brings along.
  WebUi(const std::filesystem::path& folder, const std::string& shop_url, bool with_stripe);

  /// False where nothing was built: the gateway then shows its own start page.
  bool is_built() const { return files_.contains(kShell); }

  /// The file at `path`; for a page of the shop, which a browser asks for by its address, the shell that
  /// draws it, with `head` in place of its own title and description where that is not empty. Nothing for
  /// anything else.
  std::optional<http::Response> answer(const http::Request& request, const std::string& path,
                                       std::string_view head) const;

  /// Whether the answer would be the shell.
  bool is_page(const http::Request& request, const std::string& path) const;

 private:
  struct File {
    std::string content_type;
    std::shared_ptr<const std::string> plain;
    std::shared_ptr<const std::string> gzip;
  };

  static constexpr char kShell[] = "/index.html";

  http::Response respond(const http::Request& request, const std::string& path,
                         const File& file) const;
  void settle_shell(const std::string& shop_url);

  std::string policy_;  // of every page and file: Content-Security-Policy
  std::map<std::string, File> files_;
  std::string before_head_, after_head_;  // of the shell; empty where it has no place for one
};

/// `setting`, or share/souk/web-ui beside the bin folder of this program where that is empty.
std::filesystem::path web_ui_folder(const std::string& setting);

}  // namespace souk::gateway
