#include "internal/providers/template_folder.hpp"

#include <filesystem>
#include <fstream>
#include <sstream>

#include <fmt/format.h>

#include "core/error.hpp"
#include "internal/models/locale_format.hpp"

std::span<const souk::EmbeddedFile> souk_notification_templates();

namespace souk::notification {
namespace {

std::map<std::string, std::string> read_templates(const std::filesystem::path& folder) {
  std::map<std::string, std::string> files;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator{folder, error}) {
    const auto name = entry.path().filename().string();
    const auto ending = entry.path().extension();
    if (name.starts_with('.') || (ending != ".txt" && ending != ".html")) continue;
    std::ifstream file{entry.path(), std::ios::binary};
    files.emplace(name, std::string{std::istreambuf_iterator<char>{file}, {}});
  }
  if (error) {
    throw Error{Kind::validation, "invalid_setting",
                fmt::format("Setting SOUK_TEMPLATES_DIR: {}", error.message())};
  }
  return files;
}

/// Name, address, how to reach them, tax id; nothing while no address is set.
std::vector<std::string> seller(const config::Settings& settings) {
  const auto address = settings.optional("SOUK_SELLER_ADDRESS");
  if (!address) return {};
  std::vector<std::string> lines{settings.text("SOUK_SELLER_NAME")};
  std::istringstream rest{*address};
  for (std::string line; std::getline(rest, line, '|');) lines.push_back(line);
  for (const auto* name : {"SOUK_SELLER_CONTACT", "SOUK_SELLER_VAT_ID"}) {
    if (auto line = settings.optional(name)) lines.push_back(*std::move(line));
  }
  return lines;
}

}  // namespace

TemplateSet load_templates(const config::Settings& settings) {
  Shop shop{.name = settings.text("MAIL_FROM_NAME"),
            .url = settings.optional("SHOP_URL").value_or(settings.text("SOUK_PUBLIC_URL")),
            .locale = settings.text("SOUK_LOCALE"),
            .seller = seller(settings)};
  if (!is_locale(shop.locale)) {
    throw Error{Kind::validation, "invalid_setting",
                fmt::format("Setting SOUK_LOCALE: \"{}\" is no language", shop.locale)};
  }
  const auto folder = settings.optional("SOUK_TEMPLATES_DIR");
  return TemplateSet{souk_notification_templates(),
                     folder ? read_templates(*folder) : std::map<std::string, std::string>{},
                     std::move(shop)};
}

}  // namespace souk::notification
