#pragma once

#include <map>
#include <string>

#include "config/settings.hpp"
#include "internal/models/template_set.hpp"

namespace souk::notification {

/// The built-in templates with the shop's own files (SOUK_TEMPLATES_DIR) in their places, read once at
/// the start. Throws Error{validation} "invalid_setting" for a folder that cannot be read or a language
/// that is none, and what TemplateSet throws.
TemplateSet load_templates(const config::Settings& settings);

}  // namespace souk::notification
