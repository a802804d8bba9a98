#include "internal/service/account_events.hpp"

#include "user/events.pb.h"

namespace souk::user {

std::int64_t to_milliseconds(Time time) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count();
}

void publish_guest(database::Transaction& tx, messaging::Outbox& outbox, const rpc::Call& call,
                   const User& guest) {
  v1::GuestSessionOpened event;
  event.set_user_id(guest.id.str());
  event.set_email(guest.email);
  event.set_full_name(guest.full_name);
  event.set_locale(guest.locale);
  outbox.publish(tx, call, guest.id.str(), event);
}

void publish_password_changed(database::Transaction& tx, messaging::Outbox& outbox,
                              const rpc::Call& call, UserId user, Time now) {
  v1::PasswordChanged event;
  event.set_user_id(user.str());
  event.set_changed_at_ms(to_milliseconds(now));
  outbox.publish(tx, call, user.str(), event);
}

void publish_new_device(database::Transaction& tx, messaging::Outbox& outbox, const rpc::Call& call,
                        UserId user, const std::string& device, Time now) {
  v1::NewDeviceSignedIn event;
  event.set_user_id(user.str());
  event.set_device(device);
  event.set_signed_in_at_ms(to_milliseconds(now));
  outbox.publish(tx, call, user.str(), event);
}

}  // namespace souk::user
