#pragma once

#include <string_view>

/// Where a client may go that a stranger has sent somewhere. Pure; any thread.
namespace souk::http {

/// Whether an IP address (as text, without brackets) is one of the public internet: none of this machine,
/// of a private network, of a cloud's metadata service, or that leads to one of these by translation.
/// False for what is no address.
bool is_public_address(std::string_view address);

/// Whether a URL's host says by itself that it is none of the public internet: an address that is not
/// public, or "localhost". A name may still lead there: see ClientSettings::public_only.
bool is_private_literal(std::string_view host);

}  // namespace souk::http
