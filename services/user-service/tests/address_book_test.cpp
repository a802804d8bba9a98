#include "internal/service/address_book.hpp"

#include "internal/service/user_proto.hpp"
#include "services/user-service/tests/user_fixture.hpp"

namespace souk::user {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class AddressBookTest : public UserTest {
 protected:
  static PostalAddress at(std::string line1) {
    return {.full_name = "Zoë Smith",
            .line1 = std::move(line1),
            .line2 = std::nullopt,
            .city = "London",
            .region = "Greater London",
            .postal_code = "SW1Y 4LB",
            .country = "GB"};
  }
  static v1::SaveAddressRequest wish(const std::string& line1, bool is_default = false) {
    v1::SaveAddressRequest request;
    request.set_label("Home");
    *request.mutable_address() = to_proto(SavedAddress{.address = at(line1)}).address();
    request.set_is_default(is_default);
    return request;
  }

  Task<v1::SavedAddress> saving(rpc::Call call, v1::SaveAddressRequest request) {
    co_return co_await book.save(call, request);
  }
  AddressId save(const rpc::Call& call, const std::string& line1, bool is_default = false) {
    return AddressId::from(run(saving(call, wish(line1, is_default))).id());
  }
  Task<SavedAddress> updating(rpc::Call call, AddressId id, std::string line1, bool is_default) {
    co_return co_await book.update(
        call,
        {.id = id, .label = "Work", .address = at(std::move(line1)), .is_default = is_default});
  }
  Task<> removing(rpc::Call call, AddressId id) { co_await book.remove(call, id); }

  /// Their first lines in the order of the list, the default one with a star.
  std::vector<std::string> listed(const rpc::Call& call) {
    std::vector<std::string> lines;
    for (const auto& saved : run(book.list(call)))
      lines.push_back(saved.address.line1 + (saved.is_default ? "*" : ""));
    return lines;
  }

  AddressBook book{context(), database};
};

TEST_F(AddressBookTest, KeepsWhatItIsGiven) {
  const auto zoe = as(register_customer("zoe@example.com"));
  const auto saved = run(saving(zoe, wish("12 St James Square")));
  EXPECT_EQ(saved.label(), "Home");
  EXPECT_EQ(from_proto(saved.address()), at("12 St James Square"));
  const auto kept = run(book.list(zoe));
  ASSERT_EQ(kept.size(), 1U);
  EXPECT_EQ(to_proto(kept[0]).SerializeAsString(), saved.SerializeAsString());
  clock.advance(std::chrono::minutes{1});
  const auto after = run(updating(zoe, kept[0].id, "1 Pall Mall", false));
  EXPECT_EQ(after.label, "Work");
  EXPECT_EQ(after.address, at("1 Pall Mall"));
  EXPECT_EQ(after.created_at, kept[0].created_at);
  EXPECT_EQ(after.updated_at, clock.now());
}

TEST_F(AddressBookTest, OneIsTheDefaultAsLongAsThereAreAny) {
  const auto zoe = as(register_customer("zoe@example.com"));
  const auto a = save(zoe, "a");
  const auto b = save(zoe, "b");
  const auto c = save(zoe, "c");
  EXPECT_THAT(listed(zoe), ElementsAre("a*", "c", "b"));
  run(updating(zoe, b, "b", true));
  EXPECT_THAT(listed(zoe), ElementsAre("b*", "c", "a"));
  run(updating(zoe, b, "b", false));
  EXPECT_THAT(listed(zoe), ElementsAre("b*", "c", "a")) << "nothing else was appointed";
  save(zoe, "d", true);
  EXPECT_THAT(listed(zoe), ElementsAre("d*", "c", "b", "a"));
  run(removing(zoe, c));
  EXPECT_THAT(listed(zoe), ElementsAre("d*", "b", "a"));
  run(removing(zoe, AddressId{run(book.list(zoe))[0].id}));
  EXPECT_THAT(listed(zoe), ElementsAre("b*", "a"));
  run(removing(zoe, b));
  run(removing(zoe, a));
  EXPECT_THAT(listed(zoe), IsEmpty());
}

TEST_F(AddressBookTest, AnothersAddressDoesNotExist) {
  const auto zoe = as(register_customer("zoe@example.com"));
  const auto eve = as(register_customer("eve@example.com"));
  const auto hers = save(zoe, "a");
  save(eve, "e");
  EXPECT_EQ(failure(updating(eve, hers, "mine now", true)), "not_found");
  EXPECT_EQ(failure(removing(eve, hers)), "not_found");
  EXPECT_EQ(failure(removing(eve, AddressId{ids.next()})), "not_found");
  EXPECT_THAT(listed(zoe), ElementsAre("a*"));
  EXPECT_THAT(listed(eve), ElementsAre("e*")) << "a refused change took the default away";
}

TEST_F(AddressBookTest, IsBoundedHoweverManyAreSavedAtOnce) {
  const auto zoe = as(register_customer("zoe@example.com"));
  std::vector<Task<v1::SavedAddress>> saves;
  for (int i = 0; i < kMaxAddresses + 5; ++i)
    saves.push_back(saving(zoe, wish(std::to_string(i), true)));
  const auto codes = failures(std::move(saves));
  EXPECT_EQ(std::ranges::count(codes, "too_many_addresses"), 5);
  EXPECT_EQ(std::ranges::count(codes, ""), kMaxAddresses);
  EXPECT_EQ(count({"test.defaults", "SELECT count(*) FROM saved_addresses WHERE is_default"}), 1);
}

TEST_F(AddressBookTest, AKeySavesOnce) {
  auto zoe = as(register_customer("zoe@example.com"));
  zoe.idempotency_key = "key-1";
  const auto first = run(saving(zoe, wish("a")));
  const auto again = run(saving(zoe, wish("a")));
  EXPECT_EQ(again.SerializeAsString(), first.SerializeAsString());
  EXPECT_THAT(listed(zoe), ElementsAre("a*"));
  EXPECT_EQ(failure(saving(zoe, wish("b"))), "idempotency_key_reused");
}

TEST_F(AddressBookTest, ATenantSeesItsOwnOnly) {
  auto zoe = as(register_customer("zoe@example.com"));
  save(zoe, "a");
  zoe.identity.tenant = TenantId{ids.next()};
  EXPECT_THAT(listed(zoe), IsEmpty());
}

}  // namespace
}  // namespace souk::user
