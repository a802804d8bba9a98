#pragma once

#include <string>

#include "core/clock.hpp"
#include "internal/models/invoice_view.hpp"

namespace souk::payment {

/// A document on A4 pages: the table goes over as many as it needs, its head on each. The same
/// document always gives the same pages. Takes milliseconds of a processor: not for an event loop.
/// Any thread. Throws std::runtime_error where Cairo fails.
std::string invoice_pdf(const InvoiceView& view, Time issued_at);

}  // namespace souk::payment
