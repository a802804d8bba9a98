#include "internal/service/shipping_methods.hpp"

#include <fmt/format.h>

#include "runtime/idempotency.hpp"
#include "runtime/proto_values.hpp"

namespace souk::order {
namespace {

constexpr std::chrono::seconds kRefreshTime{2};

/// Both requests have the same fields.
template <class Request>
ShippingMethod wished(const Request& request, Time now) {
  ShippingMethod method{.code = request.code(),
                        .name = request.name(),
                        .countries = {request.countries().begin(), request.countries().end()},
                        .price = rpc::from_proto(request.price(), "price.currency"),
                        .free_from = std::nullopt,
                        .min_days = std::nullopt,
                        .max_days = std::nullopt,
                        .active = !request.has_active() || request.active(),
                        .created_at = now,
                        .updated_at = now};
  if (request.has_free_from())
    method.free_from = rpc::from_proto(request.free_from(), "free_from.currency");
  if (request.has_min_days()) method.min_days = request.min_days();
  if (request.has_max_days()) method.max_days = request.max_days();
  return method;
}

template <class Message>
void set_terms(const ShippingMethod& method, Message& message) {
  message.set_code(method.code);
  message.set_name(method.name);
  if (method.free_from) *message.mutable_free_from() = rpc::to_proto(*method.free_from);
  if (method.min_days) message.set_min_days(*method.min_days);
  if (method.max_days) message.set_max_days(*method.max_days);
}

}  // namespace

v1::ShippingMethod to_message(const ShippingMethod& method) {
  v1::ShippingMethod message;
  set_terms(method, message);
  for (const auto& country : method.countries) message.add_countries(country);
  *message.mutable_price() = rpc::to_proto(method.price);
  message.set_active(method.active);
  *message.mutable_created_at() = rpc::to_proto(method.created_at);
  *message.mutable_updated_at() = rpc::to_proto(method.updated_at);
  return message;
}

Task<> ShippingMethods::refresh() {
  const auto mine = ++begun_;
  const database::Scope scope{kEveryTenant, std::chrono::steady_clock::now() + kRefreshTime};
  auto all = co_await repository_.all(scope);
  if (mine < shown_) co_return;
  shown_ = mine;
  in_force_.clear();
  for (auto& [tenant, methods] : all)
    in_force_.emplace(tenant, std::make_shared<const Methods>(std::move(methods)));
}

std::shared_ptr<const ShippingMethods::Methods> ShippingMethods::in_force(TenantId tenant) const {
  static const auto kNone = std::make_shared<const Methods>();
  const auto found = in_force_.find(tenant);
  return found == in_force_.end() ? kNone : found->second;
}

v1::ListShippingRatesReply ShippingMethods::rates(
    const rpc::Call& call, const v1::ListShippingRatesRequest& request) const {
  const auto methods = in_force(call.identity.tenant);
  v1::ListShippingRatesReply reply;
  reply.set_free_everywhere(methods->empty());
  const Money subtotal{request.subtotal(), parts_.shop_currency};
  for (const auto& rate : shipping_rates(*methods, request.country(), subtotal)) {
    auto& item = *reply.add_items();
    set_terms(*rate.method, item);
    *item.mutable_price() = rpc::to_proto(rate.price);
  }
  return reply;
}

Task<ShippingMethods::Methods> ShippingMethods::list(const rpc::Call& call) {
  auto all = co_await repository_.all(call.scope());
  co_return std::move(all[call.identity.tenant]);
}

Task<v1::ShippingMethod> ShippingMethods::create(rpc::Call& call,
                                                 const v1::CreateShippingMethodRequest& request) {
  const auto method = wished(request, parts_.clock.now());
  check(method, parts_.shop_currency);
  auto created = co_await parts_.database.transact(
      call.scope(), [&](database::Transaction& tx) -> Task<v1::ShippingMethod> {
        runtime::Idempotency once{call, "CreateShippingMethod", request};
        if (auto stored = co_await once.claim<v1::ShippingMethod>(tx)) co_return *std::move(stored);
        if (co_await ShippingRepository::count_for_insert(tx) >= kMaxShippingMethods) {
          throw Error{Kind::conflict, "too_many_shipping_methods",
                      fmt::format("A shop has at most {}.", kMaxShippingMethods)};
        }
        ShippingRepository::queue_insert(tx, method);
        auto reply = to_message(method);
        once.store(tx, reply);
        co_return reply;
      });
  co_await changed();
  co_return created;
}

Task<v1::ShippingMethod> ShippingMethods::update(const rpc::Call& call,
                                                 const v1::UpdateShippingMethodRequest& request) {
  const auto method = wished(request, parts_.clock.now());
  check(method, parts_.shop_currency);
  const auto updated = co_await repository_.update(call.scope(), method);
  if (!updated) throw not_found("shipping method");
  co_await changed();
  co_return to_message(*updated);
}

Task<> ShippingMethods::remove(const rpc::Call& call, const std::string& code) {
  if (!co_await repository_.remove(call.scope(), code)) throw not_found("shipping method");
  co_await changed();
}

/// The change is made, whether or not this process sees it at once.
Task<> ShippingMethods::changed() {
  try {
    co_await refresh();
  } catch (const std::exception& failure) {
    parts_.log.warn("shipping methods not refreshed",
                    {{"reason", std::string_view{failure.what()}}});
  }
}

}  // namespace souk::order
