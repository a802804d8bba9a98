#pragma once

#include "runtime/module.hpp"

namespace souk::user {

/// user-service: accounts, logins and the access tokens that every other service trusts.
runtime::ModuleSpec module();

}  // namespace souk::user
