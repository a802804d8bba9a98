#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "core/clock.hpp"

/// When signing keys change. A key is `next` (published, does not sign yet), `signing`, then
/// `retired` (verifies what it has signed), then forgotten. Pure.
namespace souk::user {

enum class KeyState { next, signing, retired };

/// How long a key signs before its successor is published.
inline constexpr std::chrono::days kKeyAge{30};
/// How long a key is published before it signs: every verifier has fetched the set many times by
/// then.
inline constexpr std::chrono::days kPublishedAhead{1};
/// How long a retired key verifies: its last token lived 15 minutes, and a replica that was cut off
/// from the database may have signed with it for longer than it should.
inline constexpr std::chrono::days kRetiredKept{1};

struct KeyRecord {
  std::string kid;
  KeyState state = KeyState::next;
  Time created_at;
  std::optional<Time> signing_since;
  std::optional<Time> retired_at;
  bool readable = true;  ///< false: sealed under another internal key, so of no use to anyone
};

/// What is to be done, in this order.
struct Rotation {
  std::vector<std::string> forget;
  std::vector<std::string> retire;
  std::optional<std::string> promote;  ///< from next to signing
  std::optional<KeyState> make;        ///< a new key

  bool empty() const { return forget.empty() && retire.empty() && !promote && !make; }
};

Rotation plan_rotation(const std::vector<KeyRecord>& keys, Time now);

}  // namespace souk::user
