#pragma once

#include <cstdint>

namespace souk::process {

/// Whether a server could listen on this port of 127.0.0.1 now. Connections of one that was killed are no
/// hindrance. Any thread.
bool is_free(std::uint16_t port);

/// The first of `count` free ports in a row, at random. They lie below those that the kernel gives to
/// outgoing connections, one of which might otherwise sit on the port of a server that comes back. Somebody
/// may take them before they are used. Throws Error{unavailable, "no_free_port"}. Any thread.
std::uint16_t free_ports(int count = 1);

}  // namespace souk::process
