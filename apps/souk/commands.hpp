#pragma once

#include <CLI/App.hpp>

/// The subcommands of `souk`, one file each. Each adds itself to the command line; its callback throws
/// souk::Error for what went wrong (exit code 1) and CLI::ParseError for wrong arguments (exit code 2).
namespace souk::app {

void add_up(CLI::App& app);  ///< up, stop: an instance with everything it needs
void add_ps(CLI::App& app);  ///< ps, restart: the processes of a running instance
void add_serve(
    CLI::App& app);  ///< serve: the platform in one process, on servers that the settings name
void add_migrate(CLI::App& app);        ///< migrate up|down|status
void add_seed(CLI::App& app);           ///< seed demo
void add_admin(CLI::App& app);          ///< admin create
void add_orders(CLI::App& app);         ///< orders rebuild
void add_payments(CLI::App& app);       ///< payments reconcile, ledger
void add_notifications(CLI::App& app);  ///< notifications preview
void add_events(CLI::App& app);         ///< events dead-letters, events replay
void add_doctor(CLI::App& app);         ///< doctor
void add_import(CLI::App& app);         ///< import products, import orders
void add_replay(CLI::App& app);         ///< replay

}  // namespace souk::app
