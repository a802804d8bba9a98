#include "evidence.hpp"

#include <fstream>
#include <stdexcept>

#include <boost/json/parse.hpp>
#include <fmt/format.h>

#include "database/blocking.hpp"

namespace souk::chaos {
namespace {

using database::BlockingConnection;
using database::Row;

constexpr const char* kDatabases[] = {"souk_user",    "souk_product",   "souk_order",
                                      "souk_payment", "souk_inventory", "souk_notification"};

std::string text(const Row& row, std::string_view column) {
  return row.get<std::optional<std::string>>(column).value_or("");
}
std::int64_t number(const Row& row, std::string_view column) {
  return row.get<std::int64_t>(column);
}

/// Each row of `sql` as `make` reads it.
template <class Make>
auto all(BlockingConnection& db, const std::string& sql, Make make) {
  std::vector<std::invoke_result_t<Make, const Row&>> result;
  for (const auto& row : db.run(sql)) result.push_back(make(row));
  return result;
}

void gather_orders(BlockingConnection& db, Evidence& evidence) {
  evidence.orders = all(
      db,
      "SELECT id::text, user_id::text AS user, number, status, currency, version::bigint, subtotal,"
      " discount_total, shipping_total, tax_total, total, refund_requested, refunded FROM orders",
      [](const Row& row) {
        return Evidence::Order{.id = text(row, "id"),
                               .user = text(row, "user"),
                               .number = text(row, "number"),
                               .status = text(row, "status"),
                               .currency = text(row, "currency"),
                               .version = number(row, "version"),
                               .subtotal = number(row, "subtotal"),
                               .discount = number(row, "discount_total"),
                               .shipping = number(row, "shipping_total"),
                               .tax = number(row, "tax_total"),
                               .total = number(row, "total"),
                               .refund_requested = number(row, "refund_requested"),
                               .refunded = number(row, "refunded")};
      });
  evidence.lines =
      all(db, "SELECT order_id::text AS order, sku, quantity, unit_price, total FROM order_items",
          [](const Row& row) {
            return Evidence::Line{text(row, "order"), text(row, "sku"), number(row, "quantity"),
                                  number(row, "unit_price"), number(row, "total")};
          });
  evidence.events = all(db,
                        "SELECT order_id::text AS order, version::bigint, type,"
                        " data->>'status' AS to FROM order_events ORDER BY order_id, version",
                        [](const Row& row) {
                          return Evidence::OrderEvent{text(row, "order"), number(row, "version"),
                                                      text(row, "type"), text(row, "to")};
                        });
  evidence.checkouts = all(
      db,
      "SELECT order_id::text AS order, user_id::text AS user, idempotency_key, step FROM checkouts",
      [](const Row& row) {
        return Evidence::Checkout{text(row, "order"), text(row, "user"),
                                  text(row, "idempotency_key"), text(row, "step")};
      });
  evidence.order_refunds =
      all(db, "SELECT id::text, order_id::text AS owner, status, amount FROM refunds",
          [](const Row& row) {
            return Evidence::Refund{text(row, "id"), text(row, "owner"), text(row, "status"),
                                    number(row, "amount")};
          });
}

std::map<std::string, std::int64_t> quantities(const std::string& json) {
  std::map<std::string, std::int64_t> result;
  const auto value = boost::json::parse(json);
  for (const auto& [sku, quantity] : value.as_object()) {
    result[std::string{sku}] = quantity.to_number<std::int64_t>();
  }
  return result;
}

void gather_inventory(BlockingConnection& db, Evidence& evidence) {
  evidence.stock = all(db, "SELECT sku, on_hand, reserved FROM stock", [](const Row& row) {
    return Evidence::Stock{text(row, "sku"), number(row, "on_hand"), number(row, "reserved")};
  });
  evidence.movements = all(db, "SELECT sku, kind, order_id::text AS order, delta FROM movements",
                           [](const Row& row) {
                             return Evidence::Movement{text(row, "sku"), text(row, "kind"),
                                                       text(row, "order"), number(row, "delta")};
                           });
  evidence.holds =
      all(db, "SELECT order_id::text AS order, state, lines::text FROM holds", [](const Row& row) {
        return Evidence::Hold{text(row, "order"), text(row, "state"),
                              quantities(text(row, "lines"))};
      });
}

void gather_payments(BlockingConnection& db, Evidence& evidence) {
  evidence.payments =
      all(db,
          "SELECT id::text, order_id::text AS order, status, amount_minor, captured_minor,"
          " refunded_minor, refunding_minor,"
          " (SELECT coalesce(sum(m.amount_minor + m.fee_minor), 0)::bigint FROM dispute_movements m"
          "  WHERE m.payment_id = payments.id) AS disputed,"
          " (SELECT coalesce(sum(l.amount_minor), 0)::bigint FROM ledger_postings l"
          "  WHERE l.payment_id = payments.id AND l.account = 'provider') AS books FROM payments",
          [](const Row& row) {
            return Evidence::Payment{.id = text(row, "id"),
                                     .order = text(row, "order"),
                                     .status = text(row, "status"),
                                     .amount = number(row, "amount_minor"),
                                     .captured = number(row, "captured_minor"),
                                     .refunded = number(row, "refunded_minor"),
                                     .refunding = number(row, "refunding_minor"),
                                     .disputed = number(row, "disputed"),
                                     .books = number(row, "books")};
          });
  evidence.documents =
      all(db,
          "SELECT kind, source_id::text AS source, coalesce(year, 0)::bigint AS year,"
          " coalesce(number, 0) AS number FROM billing_documents",
          [](const Row& row) {
            return Evidence::Document{text(row, "kind"), text(row, "source"), number(row, "year"),
                                      number(row, "number")};
          });
  evidence.payment_refunds =
      all(db, "SELECT id::text, payment_id::text AS owner, status, amount_minor FROM refunds",
          [](const Row& row) {
            return Evidence::Refund{text(row, "id"), text(row, "owner"), text(row, "status"),
                                    number(row, "amount_minor")};
          });
}

void gather_ledger(BlockingConnection& db, Evidence& evidence) {
  evidence.charges =
      all(db,
          "SELECT id::text, idempotency_key, reference, status, amount_minor, captured_minor,"
          " refunded_minor FROM charges",
          [](const Row& row) {
            return Evidence::Charge{.id = text(row, "id"),
                                    .key = text(row, "idempotency_key"),
                                    .reference = text(row, "reference"),
                                    .status = text(row, "status"),
                                    .amount = number(row, "amount_minor"),
                                    .captured = number(row, "captured_minor"),
                                    .refunded = number(row, "refunded_minor")};
          });
}

void gather_messages(BlockingConnection& db, Evidence& evidence) {
  evidence.messages =
      all(db,
          "SELECT id::text, event_id::text AS event, user_id::text AS user, kind, status,"
          " coalesce(data->>'number', '') AS number FROM messages WHERE channel = 'email'",
          [](const Row& row) {
            return Evidence::Message{text(row, "id"),   text(row, "event"),  text(row, "user"),
                                     text(row, "kind"), text(row, "status"), text(row, "number")};
          });
}

std::string header(const std::string& mail, std::string_view name) {
  const auto start = mail.find(fmt::format("\r\n{}: ", name));
  if (start == std::string::npos) return "";
  const auto from = start + 4 + name.size();
  return mail.substr(from, mail.find("\r\n", from) - from);
}

std::vector<Evidence::Mail> read_mails(const std::filesystem::path& folder) {
  std::vector<Evidence::Mail> mails;
  if (!std::filesystem::exists(folder)) return mails;
  for (const auto& entry : std::filesystem::directory_iterator{folder}) {
    if (entry.path().extension() != ".eml") continue;
    std::ifstream file{entry.path(), std::ios::binary};
    const std::string mail{std::istreambuf_iterator<char>{file}, {}};
    mails.push_back({entry.path().stem(), header(mail, "To"), header(mail, "Subject")});
  }
  return mails;
}

std::int64_t count(BlockingConnection& db, const std::string& of) {
  return db.run("SELECT count(*) AS rows FROM " + of).front().get<std::int64_t>("rows");
}

constexpr const char* kNotDelivered = "outbox";
constexpr const char* kNotApplied =
    "inbox WHERE applied_at IS NULL"
    " AND event_id::text NOT IN (SELECT event_id FROM dead_letters)";

void gather_events(BlockingConnection& db, const std::string& name, Evidence& evidence) {
  for (const auto* what : {kNotDelivered, kNotApplied}) {
    if (const auto rows = count(db, what); rows != 0) {
      evidence.leftovers.push_back(
          {name, what == kNotDelivered ? "not delivered" : "not applied", rows});
    }
  }
  const auto letters =
      all(db, "SELECT event_id, topic, reason FROM dead_letters", [&name](const Row& row) {
        return Evidence::DeadLetter{name, text(row, "event_id"), text(row, "topic"),
                                    text(row, "reason")};
      });
  evidence.dead_letters.insert(evidence.dead_letters.end(), letters.begin(), letters.end());
}

}  // namespace

Evidence gather(const DatabaseUrl& url, const std::filesystem::path& mail_folder) {
  Evidence evidence;
  const std::map<std::string, void (*)(BlockingConnection&, Evidence&)> readers{
      {"souk_order", gather_orders},
      {"souk_inventory", gather_inventory},
      {"souk_payment", gather_payments},
      {"souk_notification", gather_messages}};
  for (const std::string name : kDatabases) {
    BlockingConnection db{url(name)};
    gather_events(db, name, evidence);
    if (const auto reader = readers.find(name); reader != readers.end())
      reader->second(db, evidence);
    if (name == "souk_user") {
      evidence.users =
          all(db, "SELECT id::text FROM users", [](const Row& row) { return text(row, "id"); });
    }
  }
  BlockingConnection ledger{url("souk_sandbox")};
  gather_ledger(ledger, evidence);
  evidence.mails = read_mails(mail_folder);
  return evidence;
}

std::int64_t unfinished(const DatabaseUrl& url) {
  const std::multimap<std::string, std::string> open{
      {"souk_order", "checkouts WHERE step <> 'done'"},
      {"souk_order", "refunds WHERE status = 'pending'"},
      {"souk_payment", "payments WHERE status = 'pending'"},
      {"souk_payment", "refunds WHERE status = 'pending'"},
      {"souk_payment", "billing_documents WHERE number IS NULL"},
      {"souk_inventory", "holds WHERE state = 'active'"},
      {"souk_notification", "messages WHERE status = 'queued'"}};
  std::int64_t rows = 0;
  for (const std::string name : kDatabases) {
    BlockingConnection db{url(name)};
    rows += count(db, kNotDelivered) + count(db, kNotApplied);
    for (auto [at, end] = open.equal_range(name); at != end; ++at) rows += count(db, at->second);
  }
  return rows;
}

}  // namespace souk::chaos
