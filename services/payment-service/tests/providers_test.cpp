#include "internal/gateway/providers.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "core/error.hpp"

namespace souk::payment {
namespace {

/// Known by its name only.
class NamedProvider final : public PaymentProvider {
 public:
  explicit NamedProvider(std::string name) : name_(std::move(name)) {}
  bool takes(std::string_view method) const override {
    return method == (name_ == "paypal" ? "paypal" : "card");
  }
  std::string_view name() const override { return name_; }
  Task<Answer<Prepared>> prepare(ChargeOrder, Deadline) override { co_return no; }
  Task<Answer<ProviderCharge>> charge(ProviderRef, ChargeOrder, Deadline) override { co_return no; }
  Task<Answer<std::optional<ProviderCharge>>> find(ProviderRef, Deadline) override { co_return no; }
  Task<Answer<ProviderCharge>> cancel(ProviderRef, Deadline) override { co_return no; }
  Task<Answer<ProviderCharge>> capture(ProviderRef, Deadline) override { co_return no; }
  Task<Answer<ProviderRefund>> refund(RefundOrder, Deadline) override { co_return no; }
  Task<Answer<LedgerPage>> ledger(std::string, Deadline) override { co_return no; }

 private:
  static constexpr std::unexpected<Doubt> no{Doubt::not_sent};
  std::string name_;
};

std::string code_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const Error& error) {
    return error.code;
  }
  return "nothing";
}

TEST(Providers, TheRuleThatFitsBestDecides) {
  NamedProvider sandbox{"sandbox"};
  NamedProvider stripe{"stripe"};
  NamedProvider paypal{"paypal"};
  const Providers providers{{&sandbox, &stripe, &paypal},
                            read_provider_rules("*=sandbox,paypal=paypal,card=stripe,*:KWD=paypal,"
                                                "card:JPY=sandbox")};
  const auto chosen = [&](std::string_view method, const char* currency) {
    return providers.choose(method, Currency::from(currency)).name();
  };
  EXPECT_EQ(chosen("card", "USD"), "stripe");
  EXPECT_EQ(chosen("card", "JPY"), "sandbox");
  EXPECT_EQ(chosen("card", "KWD"), "paypal");
  EXPECT_EQ(chosen("paypal", "USD"), "paypal");
  EXPECT_EQ(chosen("voucher", "USD"), "sandbox");
  EXPECT_EQ(&providers.of("stripe"), &stripe);
  EXPECT_EQ(providers.find("imported"), nullptr);
  EXPECT_EQ(code_of([&] { providers.of("imported"); }), "unavailable");
}

TEST(Providers, AShopOffersWhatItsProvidersTake) {
  NamedProvider sandbox{"sandbox"};
  NamedProvider stripe{"stripe"};
  NamedProvider paypal{"paypal"};
  const auto offers = [&](std::string_view rules, const char* currency) {
    std::string text;
    const Providers providers{{&sandbox, &stripe, &paypal}, read_provider_rules(rules)};
    for (const auto& [method, provider] : providers.offers(Currency::from(currency)))
      text += fmt::format("{} by {};", method, provider->name());
    return text;
  };
  EXPECT_EQ(offers("*=sandbox", "USD"), "card by sandbox;") << "the sandbox has no PayPal";
  EXPECT_EQ(offers("card=stripe,paypal=paypal,card:JPY=sandbox", "USD"),
            "card by stripe;paypal by paypal;");
  EXPECT_EQ(offers("card=stripe,paypal=paypal,card:JPY=sandbox", "JPY"),
            "card by sandbox;paypal by paypal;");
  EXPECT_EQ(offers("card:EUR=stripe", "USD"), "");
}

TEST(Providers, TheNextOneIsOfTheRulesThatFitAsWell) {
  NamedProvider sandbox{"sandbox"};
  NamedProvider stripe{"stripe"};
  NamedProvider paypal{"paypal"};
  const Providers providers{
      {&sandbox, &stripe, &paypal},
      read_provider_rules("*=sandbox,card=stripe,card=paypal,card:JPY=paypal,card=sandbox")};
  const auto next = [&](const char* first, const char* method, const char* currency) {
    return providers.next_after(first, method, Currency::from(currency));
  };
  EXPECT_EQ(providers.choose("card", Currency::from("USD")).name(), "stripe");
  EXPECT_EQ(next("stripe", "card", "USD"), &paypal);
  EXPECT_EQ(next("paypal", "card", "USD"), &sandbox);
  EXPECT_EQ(next("sandbox", "card", "USD"), nullptr);
  EXPECT_EQ(next("paypal", "card", "JPY"), nullptr) << "the general rules are for other currencies";
  EXPECT_EQ(next("sandbox", "voucher", "USD"), nullptr);
  EXPECT_EQ(next("imported", "card", "USD"), nullptr);
}

TEST(Providers, AMethodThatNobodyTakesIsRefused) {
  NamedProvider stripe{"stripe"};
  const Providers providers{{&stripe}, read_provider_rules("card:USD=stripe")};
  EXPECT_EQ(code_of([&] { providers.choose("card", Currency::from("EUR")); }),
            "payment_method_unavailable");
  EXPECT_EQ(code_of([&] { providers.choose("paypal", Currency::from("USD")); }),
            "payment_method_unavailable");
}

TEST(Providers, RulesThatCannotBeReadStopTheStart) {
  for (const char* text : {"card", "=stripe", "card=", "card:XXQ=stripe", "card:=stripe", "a=b,,"})
    EXPECT_NE(code_of([&] { read_provider_rules(text); }), "nothing") << text;
  NamedProvider stripe{"stripe"};
  EXPECT_EQ(code_of([&] { Providers({&stripe}, read_provider_rules("*=sandbox")); }),
            "invalid_setting");
}

}  // namespace
}  // namespace souk::payment
