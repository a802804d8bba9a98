#include "internal/providers/mail_folder.hpp"

#include <fstream>

#include <fmt/format.h>

#include "core/error.hpp"

namespace souk::notification {

MailFolder::MailFolder(std::filesystem::path folder, MailFrom from, const Clock& clock)
    : folder_(std::move(folder)), from_(std::move(from)), clock_(clock) {
  std::error_code error;
  std::filesystem::create_directories(folder_, error);
  if (error) throw unavailable(fmt::format("The mail folder cannot be made: {}", error.message()));
}

Task<> MailFolder::send(const Mail& mail) {
  const auto path = folder_ / (mail.id + ".eml");
  const auto aside = folder_ / ("." + mail.id + ".tmp");
  {
    std::ofstream file{aside, std::ios::binary};
    file << to_mime(mail, from_, clock_.now());
    if (!file.flush()) throw unavailable("The mail folder cannot be written.");
  }
  std::error_code error;
  std::filesystem::rename(aside, path, error);
  if (error) throw unavailable(fmt::format("The mail cannot be put in place: {}", error.message()));
  co_return;
}

}  // namespace souk::notification
