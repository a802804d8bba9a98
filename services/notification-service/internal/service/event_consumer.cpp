#include "internal/service/event_consumer.hpp"

#include <map>

#include <boost/json/serialize.hpp>

#include "internal/repository/channel_repository.hpp"
#include "internal/repository/inbox_repository.hpp"
#include "internal/repository/message_repository.hpp"
#include "internal/service/event_messages.hpp"

namespace souk::notification {
namespace {

struct Queue {
  IdGenerator& ids;
  const Clock& clock;
  std::string shop_url;
  bool sms_on;
  Sending sending;

  template <class E>
  Task<> add(database::Transaction& tx, const std::vector<messaging::Received<E>>& received) const {
    std::vector<NewMessage> messages;
    for (const auto& one : received)
      messages.push_back(message_for(one.info.id, one.event, shop_url));
    return add_all(tx, std::move(messages));
  }

  /// What was just queued needs no looking for: the sender is handed it.
  Task<> add_all(database::Transaction& tx, std::vector<NewMessage> messages) const {
    const auto all = by_channel(messages, sms_on);
    std::vector<MessageId> message_ids;
    while (message_ids.size() < all.size()) message_ids.emplace_back(ids.next());
    const auto lease_until = sending.lease();
    auto queued = co_await repository::queue(tx, all, message_ids, clock.now(), lease_until);
    if (queued.due) tx.on_commit(sending.wake);
    if (queued.leased.empty()) co_return;
    tx.on_commit([take = sending.take, mails = std::move(queued.leased), until = *lease_until] {
      take(mails, until);
    });
  }
};

/// Who looks on sees the orders change.
template <class E>
void show_orders(database::Transaction& tx, const std::vector<messaging::Received<E>>& received,
                 Time now) {
  std::vector<OrderNews> news;
  for (const auto& [info, event] : received) {
    const auto& order = event.order();
    const boost::json::object data{
        {"order_id", order.id()}, {"number", order.number()}, {"status", order.status()}};
    news.push_back(
        {info.id, UserId::from(event.customer().user_id()), boost::json::serialize(data)});
  }
  repository::note_orders(tx, news, now);
}

/// Some effects only queue statements: there is nothing to wait for.
Task<> done() { co_return; }

template <class E>
void queue_messages(messaging::Consumer& consumer, Queue queue) {
  consumer.on_batch<E>([queue](database::Transaction& tx,
                               const std::vector<messaging::Received<E>>& received) -> Task<> {
    if constexpr (requires(const E& event) { event.order(); }) {
      show_orders(tx, received, queue.clock.now());
    }
    return queue.add(tx, received);
  });
}

/// The last one wins, as events of one account come in order; one statement cannot change a row twice.
template <class E>
void save_latest(database::Transaction& tx, const std::vector<messaging::Received<E>>& received,
                 Contact (*contact)(const E&)) {
  std::map<UserId, Contact> by_user;
  for (const auto& one : received) {
    auto known = contact(one.event);
    const auto user = known.user;
    by_user.insert_or_assign(user, std::move(known));
  }
  std::vector<Contact> latest;
  for (auto& [user, known] : by_user) latest.push_back(std::move(known));
  repository::save_contacts(tx, latest);
}

/// Events that tell an account's address as well.
template <class E>
void queue_with_contacts(messaging::Consumer& consumer, Queue queue, Contact (*contact)(const E&)) {
  consumer.on_batch<E>(
      [queue, contact](database::Transaction& tx,
                       const std::vector<messaging::Received<E>>& received) -> Task<> {
        save_latest<E>(tx, received, contact);
        return queue.add(tx, received);
      });
}

Contact registered_contact(const user::v1::UserRegistered& event) {
  return {UserId::from(event.user_id()), event.email(), event.full_name(), event.locale()};
}

Contact guest_contact(const user::v1::GuestSessionOpened& event) {
  return {UserId::from(event.user_id()), event.email(), event.full_name(), event.locale()};
}

Contact changed_contact(const user::v1::UserProfileChanged& event) {
  return {UserId::from(event.user_id()), event.email(), event.full_name(), event.locale()};
}

Contact moved_contact(const user::v1::EmailChanged& event) {
  return {UserId::from(event.user_id()), event.new_email(), event.full_name(), event.locale()};
}

}  // namespace

void subscribe(messaging::Consumer& consumer, IdGenerator& ids, const Clock& clock,
               std::string shop_url, bool sms_on, Sending sending) {
  const Queue queue{ids, clock, std::move(shop_url), sms_on, std::move(sending)};
  queue_with_contacts<user::v1::UserRegistered>(consumer, queue, &registered_contact);
  queue_with_contacts<user::v1::EmailChanged>(consumer, queue, &moved_contact);
  using Guests = std::vector<messaging::Received<user::v1::GuestSessionOpened>>;
  consumer.on_batch<user::v1::GuestSessionOpened>(
      [](database::Transaction& tx, const Guests& received) -> Task<> {
        save_latest<user::v1::GuestSessionOpened>(tx, received, &guest_contact);
        return done();
      });
  using ProfileChanges = std::vector<messaging::Received<user::v1::UserProfileChanged>>;
  consumer.on_batch<user::v1::UserProfileChanged>(
      [](database::Transaction& tx, const ProfileChanges& received) -> Task<> {
        save_latest<user::v1::UserProfileChanged>(tx, received, &changed_contact);
        for (const auto& [info, event] : received)
          repository::save_phone(tx, UserId::from(event.user_id()), event.phone());
        return done();
      });
  queue_messages<user::v1::EmailVerificationRequested>(consumer, queue);
  queue_messages<user::v1::PasswordResetRequested>(consumer, queue);
  queue_messages<user::v1::EmailChangeRequested>(consumer, queue);
  queue_messages<user::v1::PasswordChanged>(consumer, queue);
  queue_messages<user::v1::NewDeviceSignedIn>(consumer, queue);
  queue_messages<order::v1::OrderConfirmed>(consumer, queue);
  queue_messages<order::v1::OrderPaymentFailed>(consumer, queue);
  queue_messages<order::v1::OrderCancelled>(consumer, queue);
  queue_messages<order::v1::OrderRefunded>(consumer, queue);
  queue_messages<order::v1::OrderRefundFailed>(consumer, queue);
  queue_messages<order::v1::OrderFulfilled>(consumer, queue);
  queue_messages<payment::v1::PaymentCaptured>(consumer, queue);
}

}  // namespace souk::notification
