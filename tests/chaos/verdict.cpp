#include "verdict.hpp"

#include <thread>

#include "core/error.hpp"

namespace souk::chaos {
namespace {

using namespace std::chrono_literals;

constexpr auto kLook = 200ms;

/// One look; nothing where work is on its way, or where a database has not come back yet.
std::optional<std::vector<Violation>> look(const DatabaseUrl& url,
                                           const std::filesystem::path& mail_folder,
                                           const Recorder& recorder) {
  try {
    if (unfinished(url) != 0) return std::nullopt;
    return judge(gather(url, mail_folder), recorder.calls());
  } catch (const Error&) {
    return std::nullopt;
  }
}

}  // namespace

std::vector<Violation> verdict(const DatabaseUrl& url, const std::filesystem::path& mail_folder,
                               const Recorder& recorder, std::chrono::seconds limit) {
  const auto until = std::chrono::steady_clock::now() + limit;
  while (std::chrono::steady_clock::now() < until) {
    const auto found = look(url, mail_folder, recorder);
    if (found && found->empty()) return {};
    std::this_thread::sleep_for(kLook);
  }
  return judge(gather(url, mail_folder), recorder.calls());
}

}  // namespace souk::chaos
