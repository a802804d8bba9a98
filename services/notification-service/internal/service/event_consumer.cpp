#include "internal/service/event_consumer.hpp"

#include "internal/repository/message_repository.hpp"
#include "internal/service/event_messages.hpp"

namespace souk::notification {
namespace {

struct Queue {
  IdGenerator& ids;
  const Clock& clock;
  std::function<void()> wake;

  template <class E>
  void add(database::Transaction& tx, const std::vector<messaging::Received<E>>& received) const {
    std::vector<NewMessage> messages;
    std::vector<MessageId> message_ids;
    for (const auto& one : received) {
      messages.push_back(message_for(one.info.id, one.event));
      message_ids.push_back(MessageId{ids.next()});
    }
    repository::insert_messages(tx, messages, message_ids, clock.now());
    tx.on_commit(wake);
  }
};

/// The effects only queue statements: there is nothing to wait for.
Task<> done() { co_return; }

template <class E>
void queue_messages(messaging::Consumer& consumer, Queue queue) {
  consumer.on_batch<E>([queue](database::Transaction& tx,
                               const std::vector<messaging::Received<E>>& received) -> Task<> {
    queue.add(tx, received);
    return done();
  });
}

}  // namespace

void subscribe(messaging::Consumer& consumer, IdGenerator& ids, const Clock& clock,
               std::function<void()> wake) {
  const Queue queue{ids, clock, std::move(wake)};
  consumer.on_batch<user::v1::UserRegistered>(
      [queue](
          database::Transaction& tx,
          const std::vector<messaging::Received<user::v1::UserRegistered>>& received) -> Task<> {
        std::vector<Contact> contacts;
        for (const auto& [info, event] : received) {
          contacts.push_back({UserId::from(event.user_id()), event.email(), event.full_name()});
        }
        repository::save_contacts(tx, contacts);
        queue.add(tx, received);
        return done();
      });
  queue_messages<order::v1::OrderConfirmed>(consumer, queue);
  queue_messages<order::v1::OrderPaymentFailed>(consumer, queue);
  queue_messages<order::v1::OrderCancelled>(consumer, queue);
  queue_messages<order::v1::OrderRefunded>(consumer, queue);
  queue_messages<order::v1::OrderFulfilled>(consumer, queue);
  queue_messages<payment::v1::PaymentCaptured>(consumer, queue);
}

}  // namespace souk::notification
