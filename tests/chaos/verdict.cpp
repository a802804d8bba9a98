#include "verdict.hpp"

#include <limits>
#include <optional>
#include <thread>

#include "core/error.hpp"

namespace souk::chaos {
namespace {

using namespace std::chrono_literals;

constexpr auto kLook = 200ms;

/// What one look shows; nothing where a database has not come back yet.
struct Look {
  std::optional<std::int64_t> unfinished = {};
  std::optional<std::vector<Violation>> violations = {};  ///< where nothing is unfinished
};

Look look(const DatabaseUrl& url, const std::filesystem::path& mail_folder,
          const Recorder& recorder) {
  Look seen;
  try {
    seen.unfinished = unfinished(url);
    if (*seen.unfinished == 0) seen.violations = judge(gather(url, mail_folder), recorder.calls());
  } catch (const Error&) {
    return {};
  }
  return seen;
}

}  // namespace

std::vector<Violation> verdict(const DatabaseUrl& url, const std::filesystem::path& mail_folder,
                               const Recorder& recorder, std::chrono::seconds limit) {
  auto until = std::chrono::steady_clock::now() + limit;
  auto least_unfinished = std::numeric_limits<std::int64_t>::max();
  auto least_violations = std::numeric_limits<std::size_t>::max();
  while (std::chrono::steady_clock::now() < until) {
    const auto seen = look(url, mail_folder, recorder);
    if (seen.violations && seen.violations->empty()) return {};
    const bool less_to_do = seen.unfinished && *seen.unfinished < least_unfinished;
    const bool less_amiss = seen.violations && seen.violations->size() < least_violations;
    if (less_to_do) least_unfinished = *seen.unfinished;
    if (less_amiss) least_violations = seen.violations->size();
    if (less_to_do || less_amiss) until = std::chrono::steady_clock::now() + limit;
    std::this_thread::sleep_for(kLook);
  }
  return judge(gather(url, mail_folder), recorder.calls());
}

}  // namespace souk::chaos
