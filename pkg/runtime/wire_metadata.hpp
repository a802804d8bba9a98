#pragma once

/// The metadata keys that calls and replies carry beside the sealed identity.
namespace souk::rpc {

inline constexpr char kTraceparentMetadata[] = "traceparent";
inline constexpr char kRequestIdMetadata[] = "souk-request-id";
inline constexpr char kIdempotencyKeyMetadata[] = "souk-idempotency-key";
inline constexpr char kClientAddressMetadata[] = "souk-client-address";
inline constexpr char kHttpStatusMetadata[] = "souk-http-status";
/// These two also stand in `extra` of the Error that Channel::unary throws: a refusal can be the stored
/// reply of an idempotency key, and it can end a session (a refresh token that was used twice).
inline constexpr char kReplayedMetadata[] = "souk-idempotent-replayed";
inline constexpr char kRevokedSessionMetadata[] = "souk-revoked-session";

}  // namespace souk::rpc
