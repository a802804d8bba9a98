#pragma once

#include <string>
#include <vector>

#include "config/settings.hpp"
#include "runtime/module.hpp"

namespace souk::notification {

/// notification-service: turns events into messages and sends them, one per event.
runtime::ModuleSpec module();

struct PreviewedMail {
  std::string subject;
  std::string text;
  std::string html;
};

/// A mail with sample data, from the templates that the settings name; for the command line. An empty locale
/// is the shop's. Throws Error{not_found} for a kind that there is not.
PreviewedMail preview_mail(const config::Settings& settings, const std::string& kind,
                           const std::string& locale);
/// The kinds there are.
std::vector<std::string> mail_kinds(const config::Settings& settings);

}  // namespace souk::notification
