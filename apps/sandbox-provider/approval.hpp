#pragma once

#include <string_view>

#include "charge.hpp"
#include "http/message.hpp"

/// The page on which a customer approves a charge or refuses it. Pure.
namespace souk::sandbox {

/// The page of a charge; one that waits no more says what became of it.
http::Response approval_page(const Charge& charge);

/// True: approved. Throws Error{validation} for a form that says neither.
bool read_decision(const http::Request& request);

/// Back to the shop where it has said where that is, else the page as it is now.
http::Response after_decision(const Charge& charge);

}  // namespace souk::sandbox
