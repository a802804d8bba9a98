#pragma once

#include "runtime/module.hpp"

namespace souk::runtime {

/// The main of a process that hosts one service: settings -> database -> module -> serve until
/// SIGTERM or SIGINT -> drain. Gives the exit code: 0 after a clean stop, 1 for a failed start (its
/// reason on standard error), 2 for wrong arguments.
int service_main(int argc, char** argv, ModuleSpec spec);

/// Blocks until SIGTERM or SIGINT. Call block_stop_signals() first, before any thread starts.
void wait_for_stop_signal();
void block_stop_signals();

}  // namespace souk::runtime
