#include "internal/models/key_rotation.hpp"

namespace souk::user {
namespace {

const KeyRecord* readable_key(const std::vector<KeyRecord>& keys, KeyState state) {
  for (const auto& key : keys) {
    if (key.state == state && key.readable) return &key;
  }
  return nullptr;
}

void plan_succession(const KeyRecord* signing, const KeyRecord* next, Time now, Rotation& plan) {
  if (!signing) {
    if (next) {
      plan.promote = next->kid;
    } else {
      plan.make = KeyState::signing;
    }
    return;
  }
  if (now - signing->signing_since.value_or(signing->created_at) < kKeyAge) return;
  if (!next) {
    plan.make = KeyState::next;
  } else if (now - next->created_at >= kPublishedAhead) {
    plan.retire.push_back(signing->kid);
    plan.promote = next->kid;
  }
}

}  // namespace

Rotation plan_rotation(const std::vector<KeyRecord>& keys, Time now) {
  Rotation plan;
  for (const auto& key : keys) {
    if (key.state == KeyState::retired) {
      if (now - key.retired_at.value_or(key.created_at) >= kRetiredKept) {
        plan.forget.push_back(key.kid);
      }
    } else if (!key.readable) {
      plan.retire.push_back(key.kid);
    }
  }
  plan_succession(readable_key(keys, KeyState::signing), readable_key(keys, KeyState::next), now,
                  plan);
  return plan;
}

}  // namespace souk::user
