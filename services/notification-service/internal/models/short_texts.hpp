#pragma once

#include <map>
#include <span>
#include <string>

#include <boost/json/object.hpp>

#include "core/embedded.hpp"
#include "internal/models/template_set.hpp"

namespace souk::notification {

struct ShortText {
  std::string title;
  std::string text;
};

/// What a message says where there is no room for a mail: in an SMS, on a lock screen, in the inbox.
/// `kind.txt` (mustache): the title, a blank line, the text; `kind.de.txt` for readers of German, who get
/// the nearest there is. Immutable.
class ShortTexts {
 public:
  /// Throws std::logic_error for a file that does not parse or has no title and text.
  explicit ShortTexts(std::span<const EmbeddedFile> files, Shop shop = {});

  /// `data` as TemplateSet takes it, and {{shop_name}}; an empty locale is the shop's. Throws
  /// Error{internal, "unknown_template"}.
  ShortText render(std::string_view kind, const boost::json::object& data,
                   std::string_view locale) const;

 private:
  Shop shop_;
  std::map<std::string, ShortText, std::less<>> by_name_;  ///< "refund", "refund.de"; as templates
};

}  // namespace souk::notification
