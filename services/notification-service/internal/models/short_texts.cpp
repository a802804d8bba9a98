#include "internal/models/short_texts.hpp"

#include <stdexcept>

#include <fmt/format.h>

#include "core/error.hpp"
#include "internal/models/template_set.hpp"

namespace souk::notification {
namespace {

/// The texts' own language.
constexpr std::string_view kLocale = "en";

}  // namespace
ShortTexts::ShortTexts(std::span<const EmbeddedFile> files) {
  for (const auto& file : files) {
    const std::string text{file.text};
    const auto end = text.find("\n\n");
    const auto last = text.find_last_not_of('\n');
    if (!file.name.ends_with(".txt") || end == std::string::npos || last < end) {
      throw std::logic_error{fmt::format("the short text {} is not whole", file.name)};
    }
    ShortText parts{text.substr(0, end), text.substr(end + 2, last - end - 1)};
    fill_text(parts.title, {}, kLocale);
    fill_text(parts.text, {}, kLocale);
    by_kind_.emplace(file.name.substr(0, file.name.size() - 4), std::move(parts));
  }
}

ShortText ShortTexts::render(const std::string& kind, const boost::json::object& data) const {
  const auto found = by_kind_.find(kind);
  if (found == by_kind_.end()) {
    throw Error{Kind::internal, "unknown_template", fmt::format("There is no short {}.", kind)};
  }
  return {fill_text(found->second.title, data, kLocale),
          fill_text(found->second.text, data, kLocale)};
}

}  // namespace souk::notification
