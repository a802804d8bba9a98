#include "apps/souk/import/customers.hpp"

#include <algorithm>
#include <set>
#include <vector>

#include <fmt/format.h>

#include "apps/souk/online_retail/progress.hpp"
#include "user/user.pb.h"

namespace souk::app {
namespace {

/// As in catalogue_import.cpp.
constexpr std::size_t kCustomersAtOnce = 250;

user::v1::ImportedUser account_for(const std::string& customer) {
  const auto guest = customer.empty();
  user::v1::ImportedUser user;
  user.set_external_id(guest ? "online-retail-guest" : "online-retail:" + customer);
  // ".invalid" is nobody's for good (RFC 2606): no mail can ever go out to a stranger.
  user.set_email(guest ? "guest@online-retail.invalid"
                       : fmt::format("customer-{}@online-retail.invalid", customer));
  user.set_full_name(guest ? "Guest" : "Customer " + customer);
  return user;
}

}  // namespace

Customers import_customers(Backend& backend, std::span<const online_retail::Order> orders) {
  std::set<std::string> sorted;
  for (const auto& order : orders) sorted.insert(order.customer_id.value_or(""));
  const std::vector<std::string> customers{sorted.begin(), sorted.end()};

  Customers::Accounts accounts;
  auto progress = online_retail::Progress::on_stderr("accounts", customers.size());
  for (std::size_t done = 0; done < customers.size(); done += kCustomersAtOnce) {
    progress.update(done);
    const auto batch =
        std::span{customers}.subspan(done, std::min(kCustomersAtOnce, customers.size() - done));
    user::v1::ImportUsersRequest request;
    for (const auto& customer : batch) *request.add_users() = account_for(customer);
    const auto reply = backend.call<user::v1::ImportUsersReply>(
        "user-service", "souk.user.v1.UserService", "ImportUsers", std::move(request));
    for (std::size_t i = 0; i < batch.size(); ++i) {
      accounts.emplace(batch[i], reply.user_ids(static_cast<int>(i)));
    }
  }
  progress.finish();
  return Customers{std::move(accounts)};
}

}  // namespace souk::app
