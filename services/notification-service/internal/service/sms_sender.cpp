#include "internal/service/sms_sender.hpp"

#include "internal/repository/channel_repository.hpp"

namespace souk::notification {

Task<Sent> SmsSender::send(const ChannelDue& message, database::Scope scope) {
  if (message.phone.empty()) {
    throw Error{Kind::conflict, "no_recipient", "There is no number that an SMS could go to."};
  }
  auto words = texts_.render(message.kind, message.data, message.locale);
  const auto outcome = co_await provider_.send(
      {.id = message.id.str(), .to = message.phone, .text = std::move(words.text)}, scope.deadline);
  if (outcome == SmsOutcome::accepted) co_return Sent{message.phone, words.title};
  co_await repository::refuse_phone(database_, scope, message.user, message.phone);
  throw Error{Kind::conflict, "recipient_refused",
              outcome == SmsOutcome::unsubscribed ? "The number has unsubscribed at the provider."
                                                  : "No SMS can reach this number."};
}

}  // namespace souk::notification
