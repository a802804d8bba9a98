#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include <sys/types.h>

namespace souk::process {

/// Starts argv in a session of its own (a Ctrl-C meant for us doesn't reach it), in "/", with
/// output appended to `log` and none of our open files. `input` becomes its standard input. Throws
/// system_error.
pid_t spawn(const std::vector<std::string>& argv, const std::filesystem::path& log, int input = -1);

/// The same, to its end. Gives back the exit code (128 + signal if it was killed).
int run(const std::vector<std::string>& argv, const std::filesystem::path& log);

/// True once the process has ended; collects it if it was our child.
bool gone(pid_t pid);

/// Polls until `condition` holds; false if it did not within `limit`. Blocks.
bool wait_until(std::chrono::milliseconds limit, const std::function<bool()>& condition);

/// The end of a log, for the message that says why a server did not start.
std::string last_lines(const std::filesystem::path& log);

/// The program name of a living process ("postgres"); empty if there is none.
std::string name(pid_t pid);

}  // namespace souk::process
