#pragma once

#include <filesystem>

#include "core/clock.hpp"
#include "internal/providers/mail_provider.hpp"

namespace souk::notification {

/// The embedded default: each mail becomes `<message id>.eml` in a folder, whole or not at all; sent
/// again, it replaces itself. For development and tests, so files are not synced to disk one by one.
class MailFolder final : public MailProvider {
 public:
  /// Makes the folder. Throws Error{unavailable} where it cannot.
  MailFolder(std::filesystem::path folder, MailFrom from, const Clock& clock);

  Task<> send(const Mail& mail) override;
  /// A disk that takes longer than this is broken.
  std::chrono::seconds time_limit() const override { return std::chrono::seconds{9}; }

 private:
  std::filesystem::path folder_;
  MailFrom from_;
  const Clock& clock_;
};

}  // namespace souk::notification
