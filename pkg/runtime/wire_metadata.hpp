#pragma once

/// The metadata keys that calls and replies carry beside the sealed identity.
namespace souk::rpc {

inline constexpr char kTraceparentMetadata[] = "traceparent";
inline constexpr char kRequestIdMetadata[] = "souk-request-id";
inline constexpr char kIdempotencyKeyMetadata[] = "souk-idempotency-key";
inline constexpr char kClientAddressMetadata[] = "souk-client-address";
inline constexpr char kUserAgentMetadata[] = "souk-user-agent";
inline constexpr char kHttpStatusMetadata[] = "souk-http-status";
/// These two also stand in `extra` of the Error that Channel::unary throws: a refusal can be the stored
/// reply of an idempotency key, and it can end a session (a refresh token that was used twice).
inline constexpr char kReplayedMetadata[] = "souk-idempotent-replayed";
inline constexpr char kRevokedSessionMetadata[] = "souk-revoked-session";

/// gRPC's own: how often this call was tried before, and how long to wait before the next try (negative:
/// do not try again).
inline constexpr char kAttemptsMetadata[] = "grpc-previous-rpc-attempts";
inline constexpr char kPushbackMetadata[] = "grpc-retry-pushback-ms";

}  // namespace souk::rpc
