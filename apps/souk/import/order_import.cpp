#include "apps/souk/import/order_import.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <string_view>
#include <unordered_map>

#include <fmt/format.h>

#include "apps/souk/online_retail/line.hpp"
#include "apps/souk/online_retail/progress.hpp"

namespace souk::app {
namespace {

using online_retail::Order;

/// order-service takes 500. Smaller ones let the progress bar move and other writers through.
constexpr int kMaxOrders = 250;
/// gRPC takes messages of 4 MB, and order-service passes on what it has read of them: a quarter leaves
/// room for any invoice that comes last (the file's longest, of 1,100 lines, takes 80 KB).
constexpr std::size_t kMaxBytes = 1024 * 1024;
constexpr std::chrono::seconds kOrdersTimeout{120};

/// The number between `name[` and `]`.
std::optional<std::size_t> index_in(std::string_view field, std::string_view name) {
  const auto at = field.find(name);
  if (at == std::string_view::npos) return std::nullopt;
  const auto* const digits = field.data() + at + name.size();
  std::size_t index = 0;
  const auto [end, error] = std::from_chars(digits, field.data() + field.size(), index);
  return error == std::errc{} ? std::optional{index} : std::nullopt;
}

std::string in_pounds(std::int64_t pence) {
  return online_retail::Decimal::from_minor(pence, online_retail::kPence).str();
}

/// The line of the order's n-th item: postage is none.
std::uint32_t line_of(const Order& order, std::size_t item) {
  for (const auto& line : order.lines) {
    if (!line.postage && item-- == 0) return line.line_number;
  }
  return order.lines.front().line_number;
}

std::string place_of(std::span<const Order> batch, std::string_view field) {
  const auto order = index_in(field, "orders[");
  if (!order || *order >= batch.size()) {
    return fmt::format("{}: one of the {} orders from here",
                       batch.front().lines.front().line_number, batch.size());
  }
  return fmt::format("{}: {}", line_of(batch[*order], index_in(field, "items[").value_or(0)),
                     batch[*order].key);
}

/// Collects orders and sends them off in batches.
class Sender {
 public:
  Sender(Backend& backend, const online_retail::Dataset& dataset, const OrderMessages& messages)
      : backend_(backend), dataset_(dataset), messages_(messages) {}

  OrderImport run() {
    auto progress = online_retail::Progress::on_stderr("orders", dataset_.orders.size());
    for (const auto& order : dataset_.orders) {
      auto message = messages_.message_of(order);
      const auto size = message.ByteSizeLong();
      if (request_.orders_size() == kMaxOrders || bytes_ + size > kMaxBytes) {
        send();
        progress.update(sent_);
      }
      *request_.add_orders() = std::move(message);
      bytes_ += size;
    }
    send();
    progress.finish();
    return outcome_;
  }

 private:
  void send() {
    if (request_.orders_size() == 0) return;
    const auto count = static_cast<std::size_t>(request_.orders_size());
    const auto batch = std::span{dataset_.orders}.subspan(sent_, count);
    const auto reply = call(batch);
    outcome_.created += reply.created();
    outcome_.existing += reply.existing();
    compare(batch, reply);
    sent_ += count;
    request_.Clear();
    bytes_ = 0;
  }

  order::v1::ImportOrdersReply call(std::span<const Order> batch) {
    try {
      return backend_.call<order::v1::ImportOrdersReply>(
          "order-service", "souk.order.v1.OrderService", "ImportOrders", request_, kOrdersTimeout);
    } catch (const Error& error) {
      throw with_line(dataset_.report.file, batch, error);
    }
  }

  void compare(std::span<const Order> batch, const order::v1::ImportOrdersReply& reply) {
    std::unordered_map<std::string_view, std::int64_t> kept;
    for (const auto& order : reply.kept()) {
      kept[order.external_id()] = order.total().amount() - order.refunded().amount();
    }
    for (const auto& order : batch) {
      const auto worth = kept[order.key];
      const auto expected = order.total_minor() - order.refunded_minor();
      outcome_.worth_minor += worth;
      if (worth == expected) continue;
      outcome_.differing.push_back(fmt::format(
          "{}:{}: {} is worth {} in the file, {} in the shop", dataset_.report.file,
          order.lines.front().line_number, order.key, in_pounds(expected), in_pounds(worth)));
    }
  }

  Backend& backend_;
  const online_retail::Dataset& dataset_;
  const OrderMessages& messages_;
  order::v1::ImportOrdersRequest request_;
  std::size_t bytes_ = 0;
  std::size_t sent_ = 0;
  OrderImport outcome_;
};

}  // namespace

OrderImport import_orders(Backend& backend, const online_retail::Dataset& dataset,
                          const OrderMessages& messages) {
  return Sender{backend, dataset, messages}.run();
}

Error with_line(const std::string& file, std::span<const Order> batch, const Error& error) {
  auto located = error;
  const auto field = error.fields.empty() ? FieldError{} : error.fields.front();
  located.detail = fmt::format("{}:{}: {}", file, place_of(batch, field.field), error.detail);
  if (!field.field.empty()) located.detail += fmt::format(" {}: {}", field.field, field.message);
  return located;
}

}  // namespace souk::app
