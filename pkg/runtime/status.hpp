#pragma once

#include <grpcpp/support/status.h>

#include "core/error.hpp"

namespace souk::rpc {

/// An Error as it crosses gRPC, whole: its kind decides the status code, code and fields travel in
/// the status details. The detail of Kind::internal is replaced; the caller logs it.
grpc::Status to_status(const Error& error);

/// The reverse. A status of gRPC's own (no details) becomes the kind that its code stands for.
Error from_status(const grpc::Status& status);

}  // namespace souk::rpc
