#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "runtime/transport_security.hpp"

namespace grpc {
class Channel;
}

namespace souk::runtime {

/// What gRPC dials for a comma-separated list of "host:port". Literal addresses, IPv6 in brackets, become
/// one target with all of them; one host name becomes a DNS target, which leads to every address that the
/// name resolves to. Throws Error{validation, "invalid_setting"} that names `setting` for anything else:
/// several names, or names beside addresses, which gRPC cannot hold in one target.
std::string grpc_target(std::string_view setting, std::string_view addresses);

/// gRPC's service config for calls to `service` ("order-service"), as JSON: every replica in turn, but
/// none that says it is not serving; and for each rpc that may be repeated, attempts within a budget. Read
/// from the descriptors of souk.<name>.v1.<Name>Service; a service without one has no such rpcs.
std::string service_config(std::string_view service);

/// A channel over TCP to the replicas of `service`. `setting` holds `addresses`, as above. With TLS their certificates
/// have to name the service, whatever the addresses.
std::shared_ptr<grpc::Channel> remote_channel(std::string_view service, std::string_view setting,
                                              std::string_view addresses,
                                              const TransportSecurity& security = {});

}  // namespace souk::runtime
