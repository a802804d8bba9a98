#pragma once

#include <string_view>
#include <vector>

#include "runtime/module.hpp"

namespace souk::app {

/// Every module of the platform, in the order in which they are started: a service comes after those
/// it calls, the gateway last.
std::vector<runtime::ModuleSpec> all_modules();

/// The same without the gateway: what the command line hosts to do its work.
std::vector<runtime::ModuleSpec> service_modules();

/// By its name ("user-service" or short "user"); throws Error{validation} that lists the names.
runtime::ModuleSpec module_named(std::string_view name);

}  // namespace souk::app
