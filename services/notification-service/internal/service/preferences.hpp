#pragma once

#include <vector>

#include "internal/repository/preference_repository.hpp"
#include "runtime/module.hpp"

namespace souk::notification {

/// What a user gets over which channel: what they have chosen, over what their kinds' rules say. Owned by the
/// module, on its loop.
class PreferenceBook {
 public:
  PreferenceBook(const runtime::ModuleContext& context, database::Database& database)
      : clock_(context.clock), database_(database) {}

  /// One for each kind and channel that there is, in the order of the kinds.
  Task<std::vector<Choice>> of(const rpc::Call& call);
  /// Throws Error{validation} that names what cannot be chosen, and then changes nothing.
  Task<std::vector<Choice>> change(const rpc::Call& call, std::vector<Choice> changes);

 private:
  const Clock& clock_;
  database::Database& database_;
};

}  // namespace souk::notification
