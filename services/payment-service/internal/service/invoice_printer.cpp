#include "internal/service/invoice_printer.hpp"

#include <exception>

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "core/error.hpp"
#include "internal/service/invoice_pdf.hpp"

namespace souk::payment {

namespace asio = boost::asio;
using security::BoundedWorkers;

Task<std::string> InvoicePrinter::print(InvoiceView view, Time issued_at) {
  auto start = [this, &view, issued_at](auto handler) {
    const auto executor = asio::get_associated_executor(handler);
    BoundedWorkers::Job job{[handler = std::move(handler), guard = asio::make_work_guard(executor),
                             view = std::move(view), issued_at](BoundedWorkers::Fate fate) mutable {
      std::exception_ptr error;
      std::string pdf;
      try {
        if (fate == BoundedWorkers::Fate::cancelled)
          throw unavailable("Too many invoices are being printed.");
        pdf = invoice_pdf(view, issued_at);
      } catch (...) {
        error = std::current_exception();
      }
      auto resume = [handler = std::move(handler), error, pdf = std::move(pdf)]() mutable {
        std::move(handler)(error, std::move(pdf));
      };
      return BoundedWorkers::Announcement{
          [guard = std::move(guard), resume = std::move(resume)]() mutable {
            asio::post(guard.get_executor(), std::move(resume));
          }};
    }};
    if (!workers_.try_submit(job)) job(BoundedWorkers::Fate::cancelled)();
  };
  using Signature = void(std::exception_ptr, std::string);
  co_return co_await asio::async_initiate<const asio::use_awaitable_t<>, Signature>(
      std::move(start), asio::use_awaitable);
}

}  // namespace souk::payment
