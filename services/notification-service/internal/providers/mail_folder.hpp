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
  MailFolder(std::filesystem::path folder, const Clock& clock);

  Task<> send(const Mail& mail) override;

 private:
  std::filesystem::path folder_;
  const Clock& clock_;
};

}  // namespace souk::notification
