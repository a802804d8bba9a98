#pragma once

#include <filesystem>

#include "runtime/host.hpp"

namespace souk::app {

inline constexpr char kDemoAdmin[] = "admin@souk.local";
inline constexpr char kDemoPassword[] = "souk-demo-admin";

/// Fills an empty installation with the demo shop: the administrator, categories, products, stock. Does
/// nothing where `data_folder` says that it was done; what was interrupted is completed. True if it
/// wrote anything. Calls the services through `host`, blocking.
bool seed_demo(runtime::Host& host, runtime::Process& process,
               const std::filesystem::path& data_folder);

}  // namespace souk::app
