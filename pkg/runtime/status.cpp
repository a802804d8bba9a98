#include "runtime/status.hpp"

#include <array>
#include <string_view>

#include "common/error.pb.h"

namespace souk::rpc {
namespace {

struct KindRow {
  Kind kind;
  grpc::StatusCode status;
  std::string_view name;
};

/// The one table of kinds and gRPC statuses. The first row of a status is what a bare status means.
constexpr std::array kKinds{
    KindRow{Kind::validation, grpc::INVALID_ARGUMENT, "validation"},
    KindRow{Kind::malformed, grpc::INVALID_ARGUMENT, "malformed"},
    KindRow{Kind::unsupported_media, grpc::INVALID_ARGUMENT, "unsupported_media"},
    KindRow{Kind::unauthenticated, grpc::UNAUTHENTICATED, "unauthenticated"},
    KindRow{Kind::forbidden, grpc::PERMISSION_DENIED, "forbidden"},
    KindRow{Kind::not_found, grpc::NOT_FOUND, "not_found"},
    KindRow{Kind::method_not_allowed, grpc::UNIMPLEMENTED, "method_not_allowed"},
    KindRow{Kind::conflict, grpc::FAILED_PRECONDITION, "conflict"},
    KindRow{Kind::payment_required, grpc::FAILED_PRECONDITION, "payment_required"},
    KindRow{Kind::too_large, grpc::RESOURCE_EXHAUSTED, "too_large"},
    KindRow{Kind::rate_limited, grpc::RESOURCE_EXHAUSTED, "rate_limited"},
    KindRow{Kind::unavailable, grpc::UNAVAILABLE, "unavailable"},
    KindRow{Kind::deadline_exceeded, grpc::DEADLINE_EXCEEDED, "deadline_exceeded"},
    KindRow{Kind::internal, grpc::INTERNAL, "internal"},
};

const KindRow& row_of(Kind kind) { return *std::ranges::find(kKinds, kind, &KindRow::kind); }

Error bare(const grpc::Status& status) {
  const auto* row = std::ranges::find(kKinds, status.error_code(), &KindRow::status);
  if (row == kKinds.end()) {
    // CANCELLED, ABORTED, UNKNOWN: the transport's own; what happened at the callee is not known.
    return unavailable("A service did not answer.");
  }
  if (row->kind == Kind::unavailable) return unavailable("A service cannot be reached.");
  if (row->kind == Kind::deadline_exceeded) {
    return {Kind::deadline_exceeded, "deadline_exceeded", "The time for this call is over."};
  }
  return {row->kind, std::string{row->name}, status.error_message()};
}

}  // namespace

grpc::Status to_status(const Error& error) {
  common::v1::ErrorDetail detail;
  const auto& row = row_of(error.kind);
  detail.set_kind(std::string{row.name});
  detail.set_code(error.code);
  detail.set_detail(error.kind == Kind::internal ? "Something went wrong on our side."
                                                 : error.detail);
  for (const auto& field : error.fields) {
    auto& problem = *detail.add_fields();
    problem.set_field(field.field);
    problem.set_code(field.code);
    problem.set_message(field.message);
  }
  if (error.retry_after) detail.set_retry_after_s(error.retry_after->count());
  for (const auto& [key, value] : error.extra) (*detail.mutable_extra())[key] = value;
  return {row.status, detail.detail(), detail.SerializeAsString()};
}

Error from_status(const grpc::Status& status) {
  common::v1::ErrorDetail detail;
  const auto& bytes = status.error_details();
  if (bytes.empty() || !detail.ParseFromString(bytes)) return bare(status);
  const auto* row = std::ranges::find(kKinds, detail.kind(), &KindRow::name);
  if (row == kKinds.end()) return bare(status);
  Error error{row->kind, detail.code(), detail.detail()};
  for (const auto& field : detail.fields()) {
    error.fields.push_back({field.field(), field.code(), field.message()});
  }
  if (detail.retry_after_s() > 0) error.retry_after = std::chrono::seconds{detail.retry_after_s()};
  error.extra.insert(detail.extra().begin(), detail.extra().end());
  return error;
}

}  // namespace souk::rpc
