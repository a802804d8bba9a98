#pragma once

#include <string>

#include "internal/models/invoice_view.hpp"
#include "runtime/task.hpp"
#include "security/bounded_workers.hpp"

namespace souk::payment {

/// Prints documents on a thread of its own, so that no checkout waits for one. Owned by the module,
/// awaited on its loop; its destructor waits for the print in hand.
class InvoicePrinter {
 public:
  /// The PDF. Throws Error{unavailable} where too many wait already.
  Task<std::string> print(InvoiceView view, Time issued_at);

 private:
  static constexpr std::size_t kThreads = 1;
  static constexpr std::size_t kQueue = 32;  ///< a second's worth, at a page of 30 ms

  security::BoundedWorkers workers_{kThreads, kQueue};
};

}  // namespace souk::payment
