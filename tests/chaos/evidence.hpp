#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace souk::chaos {

/// What is found after a run: the rows of every database, the provider's ledger, the mail folder. Plain
/// data, so that a test can doctor it. Ids are texts; amounts are minor units.
struct Evidence {
  // order-service
  struct Order {
    std::string id, user, number, status, currency;
    std::int64_t version = 0;
    std::int64_t subtotal = 0, discount = 0, shipping = 0, tax = 0, total = 0;
    std::int64_t refund_requested = 0, refunded = 0;
  };
  struct Line {
    std::string order, sku;
    std::int64_t quantity = 0, unit_price = 0, total = 0;
  };
  struct OrderEvent {
    std::string order;
    std::int64_t version = 0;
    std::string type;
    std::string to = {};  ///< the status, where the event itself names it
  };
  struct Checkout {
    std::string order, user, key, step;
  };
  /// In order-service and in payment-service: `owner` is the order, or the payment.
  struct Refund {
    std::string id, owner, status;
    std::int64_t amount = 0;
  };

  // inventory-service
  struct Stock {
    std::string sku;
    std::int64_t on_hand = 0, reserved = 0;
  };
  struct Movement {
    std::string sku, kind, order;
    std::int64_t delta = 0;
  };
  struct Hold {
    std::string order, state;
    std::map<std::string, std::int64_t> lines;
  };

  // payment-service
  struct Payment {
    std::string id, order, status;
    std::int64_t amount = 0, captured = 0, refunded = 0, refunding = 0;
    std::int64_t disputed = 0;  ///< what the provider took for disputes, fees included
    std::int64_t books = 0;     ///< what the ledger says that the provider holds of it
  };

  /// An invoice of an order, a credit note of a refund.
  struct Document {
    std::string kind, source;
    std::int64_t year = 0, number = 0;
  };

  /// The provider's. `reference` is the order, `key` the payment.
  struct Charge {
    std::string id, key, reference, status;
    std::int64_t amount = 0, captured = 0, refunded = 0;
  };

  // notification-service
  struct Message {
    std::string id, event, user, kind, status, number;
  };
  struct Mail {
    std::string message, recipient, subject;
  };

  // every database
  struct DeadLetter {
    std::string database, event, topic, reason;
  };
  struct Leftover {
    std::string database, what;
    std::int64_t rows = 0;
  };

  std::vector<std::string> users;
  std::vector<Order> orders;
  std::vector<Line> lines;
  std::vector<OrderEvent> events;  ///< by order and version
  std::vector<Checkout> checkouts;
  std::vector<Refund> order_refunds;
  std::vector<Stock> stock;
  std::vector<Movement> movements;
  std::vector<Hold> holds;
  std::vector<Payment> payments;
  std::vector<Refund> payment_refunds;
  std::vector<Document> documents;
  std::vector<Charge> charges;
  std::vector<Message> messages;
  std::vector<Mail> mails;
  std::vector<DeadLetter> dead_letters;
  std::vector<Leftover> leftovers;  ///< events not delivered, events not applied
};

/// Gives the superuser's URL of a database by its name ("souk_order").
using DatabaseUrl = std::function<std::string(const std::string& database)>;

/// Reads all of it. Blocking; throws Error{unavailable} where a database is away.
Evidence gather(const DatabaseUrl& url, const std::filesystem::path& mail_folder);

/// How much work is still on its way: open checkouts, pending payments and refunds, holds without an
/// end, events and mails to be delivered. 0: the platform has come to rest.
std::int64_t unfinished(const DatabaseUrl& url);

}  // namespace souk::chaos
