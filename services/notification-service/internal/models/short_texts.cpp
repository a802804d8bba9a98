#include "internal/models/short_texts.hpp"

#include <stdexcept>

#include <fmt/format.h>

#include "core/error.hpp"
#include "internal/models/locale_format.hpp"

namespace souk::notification {

ShortTexts::ShortTexts(std::span<const EmbeddedFile> files, Shop shop) : shop_(std::move(shop)) {
  for (const auto& file : files) {
    const std::string text{file.text};
    const auto end = text.find("\n\n");
    const auto last = text.find_last_not_of('\n');
    if (!file.name.ends_with(".txt") || end == std::string::npos || last < end) {
      throw std::logic_error{fmt::format("the short text {} is not whole", file.name)};
    }
    ShortText parts{text.substr(0, end), text.substr(end + 2, last - end - 1)};
    fill_text(parts.title, {}, {});
    fill_text(parts.text, {}, {});
    by_name_.emplace(file.name.substr(0, file.name.size() - 4), std::move(parts));
  }
}

ShortText ShortTexts::render(std::string_view kind, const boost::json::object& data,
                             std::string_view locale) const {
  if (locale.empty()) locale = shop_.locale;
  auto all = data;
  all["shop_name"] = shop_.name;
  for (const auto tag : nearest_first(locale)) {
    const auto found = by_name_.find(fmt::format("{}{}{}", kind, tag.empty() ? "" : ".", tag));
    if (found == by_name_.end()) continue;
    return {fill_text(found->second.title, all, locale),
            fill_text(found->second.text, all, locale)};
  }
  throw Error{Kind::internal, "unknown_template", fmt::format("There is no short {}.", kind)};
}

}  // namespace souk::notification
