#include "internal/service/invoice_printer.hpp"

#include "internal/service/invoice_pdf.hpp"
#include "security/run_on_worker.hpp"

namespace souk::payment {

Task<std::string> InvoicePrinter::print(InvoiceView view, Time issued_at) {
  auto work = [view = std::move(view), issued_at] { return invoice_pdf(view, issued_at); };
  return security::run_on_worker<std::string>(workers_, std::move(work),
                                              "Too many invoices are being printed.");
}

}  // namespace souk::payment
