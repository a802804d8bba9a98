#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include <sys/types.h>

namespace souk::database::process {

/// Starts argv in a session of its own (a Ctrl-C meant for us doesn't reach it), in "/", with
/// output appended to `log` and none of our open files. `input` becomes its standard input. Throws
/// system_error.
pid_t spawn(const std::vector<std::string>& argv, const std::filesystem::path& log, int input = -1);

/// The same, to its end. Gives back the exit code (128 + signal if it was killed).
int run(const std::vector<std::string>& argv, const std::filesystem::path& log);

/// True once the process has ended; collects it if it was our child.
bool gone(pid_t pid);

/// The program name of a living process ("postgres"); empty if there is none.
std::string name(pid_t pid);

}  // namespace souk::database::process
