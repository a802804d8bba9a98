#pragma once

#include <map>
#include <span>
#include <string>

#include <boost/json/object.hpp>

#include "core/embedded.hpp"

namespace souk::notification {

struct ShortText {
  std::string title;
  std::string text;
};

/// What a message says where there is no room for a mail: in an SMS, on a lock screen, in the inbox.
/// `kind.txt` (mustache): the title, a blank line, the text. Immutable.
class ShortTexts {
 public:
  /// Throws std::logic_error for a file that does not parse or has no title and text.
  explicit ShortTexts(std::span<const EmbeddedFile> files);

  /// `data` as TemplateSet takes it. Throws Error{internal, "unknown_template"}.
  ShortText render(const std::string& kind, const boost::json::object& data) const;

 private:
  std::map<std::string, ShortText, std::less<>> by_kind_;  ///< as templates
};

}  // namespace souk::notification
