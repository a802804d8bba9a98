#pragma once

#include <map>
#include <span>
#include <string>

#include <boost/json/object.hpp>

#include "core/embedded.hpp"

namespace souk::notification {

struct Rendered {
  std::string subject;
  std::string text;
  std::string html;
};

/// The message templates (mustache): `kind.txt` begins with a "Subject: …" line, `kind.html` is put
/// into layout.html. Values are escaped in HTML. Immutable.
class TemplateSet {
 public:
  /// Throws std::logic_error for a set that is not whole or does not parse.
  explicit TemplateSet(std::span<const EmbeddedFile> files);

  /// `data`: strings, and arrays of objects of strings for sections. Throws Error{internal, "unknown_template"}.
  Rendered render(const std::string& kind, const boost::json::object& data) const;

 private:
  std::map<std::string, std::string, std::less<>> files_;
};

}  // namespace souk::notification
