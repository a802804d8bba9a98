#pragma once

#include <chrono>
#include <filesystem>
#include <vector>

#include "evidence.hpp"
#include "judge.hpp"
#include "record.hpp"

namespace souk::chaos {

/// Lets the platform come to rest, then judges. What is found before that is only work on its way: events
/// in a broker show nowhere, so the judge looks again until all is well, or until for so long as `limit`
/// nothing more has been finished: half an hour of faults leaves more behind than a minute of them.
std::vector<Violation> verdict(const DatabaseUrl& url, const std::filesystem::path& mail_folder,
                               const Recorder& recorder, std::chrono::seconds limit);

}  // namespace souk::chaos
