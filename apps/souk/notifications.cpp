#include <filesystem>
#include <fstream>
#include <iterator>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "commands.hpp"
#include "config/settings.hpp"
#include "core/error.hpp"
#include "process/child.hpp"
#include "services/notification-service/notification_module.hpp"

namespace souk::app {
namespace {

struct PreviewOptions {
  std::string kind;
  std::string locale;
  std::string out;
  bool open = false;
  bool text = false;
};

void write_preview(const std::filesystem::path& path, const std::string& html) {
  std::ofstream file{path, std::ios::binary};
  file << html;
  if (!file.flush()) {
    throw Error{Kind::unavailable, "unavailable",
                fmt::format("{} cannot be written.", path.string())};
  }
}

/// The browser of the desktop; it takes a file it may read again after we have gone.
void open_in_browser(const std::filesystem::path& path) {
  if (process::run({"/usr/bin/env", "xdg-open", path.string()}, "/dev/null") != 0) {
    throw Error{Kind::unavailable, "unavailable",
                fmt::format("xdg-open does not open {}; open it yourself.", path.string())};
  }
}

void preview(const PreviewOptions& options) {
  const auto settings = config::Settings::from_process();
  const auto kinds = notification::mail_kinds(settings);
  if (std::ranges::find(kinds, options.kind) == kinds.end()) {
    throw Error{
        Kind::not_found, "not_found",
        fmt::format("There is no mail {}. There are: {}.", options.kind, fmt::join(kinds, ", "))};
  }
  const auto mail = notification::preview_mail(settings, options.kind, options.locale);
  auto path = std::filesystem::path{options.out};
  if (options.open && path.empty()) {
    path = std::filesystem::temp_directory_path() /
           fmt::format("souk-preview-{}{}{}.html", options.kind, options.locale.empty() ? "" : "-",
                       options.locale);
  }
  if (!path.empty()) {
    path = std::filesystem::absolute(path);
    write_preview(path, mail.html);
    fmt::print("{}\n{}\n", mail.subject, path.string());
  } else {
    fmt::print("{}", options.text ? fmt::format("{}\n\n{}", mail.subject, mail.text) : mail.html);
  }
  if (options.open) open_in_browser(path);
}

}  // namespace

void add_notifications(CLI::App& app) {
  auto* notifications = app.add_subcommand("notifications", "Mails to customers");
  notifications->require_subcommand(1);
  auto* command = notifications->add_subcommand(
      "preview",
      "Show a mail with sample data, from the templates in use: HTML to standard output");
  auto options = std::make_shared<PreviewOptions>();
  command->add_option("KIND", options->kind, "order_confirmation, password_reset, …")->required();
  command->add_option("--locale", options->locale, "its reader's language (de, pt-BR)");
  command->add_option("--out", options->out, "write the HTML to this file");
  command->add_flag("--text", options->text, "show the subject and the plain text instead");
  command->add_flag("--open", options->open, "open it in the desktop's browser");
  command->callback([options] { preview(*options); });
}

}  // namespace souk::app
