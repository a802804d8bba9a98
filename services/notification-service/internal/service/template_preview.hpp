#pragma once

#include <string_view>

#include "internal/models/template_set.hpp"

namespace souk::notification {

/// A mail as it would look, made from an event with sample data exactly as a real one is. An empty locale
/// is the shop's; euros for languages of the euro, dollars for others. Throws Error{not_found} for a
/// kind that there is not, Error{validation} for a locale that is none. Pure.
Rendered preview(const TemplateSet& templates, std::string_view kind, std::string_view locale);

}  // namespace souk::notification
