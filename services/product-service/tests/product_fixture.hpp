#pragma once

#include <array>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "common/events.pb.h"
#include "config/settings.hpp"
#include "database/blocking.hpp"
#include "product/product.pb.h"
#include "runtime/module.hpp"
#include "testing/test_database.hpp"

namespace souk::product {

/// Who calls in a test.
Identity visitor(TenantId tenant = kDefaultTenant);
Identity staff(TenantId tenant = kDefaultTenant);
Identity admin(TenantId tenant = kDefaultTenant);

/// Another tenant than the default one.
TenantId other_tenant();

/// The service as a process hosts it, on a database of its own, called through gRPC. The relay has
/// nobody to deliver to, so what is published stays in the outbox.
class ProductTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite();
  static void TearDownTestSuite();
  void SetUp() override;
  void TearDown() override;

  /// Calls a method of ProductService; throws what it threw.
  template <class Reply, class Request>
  Reply call(std::string method, const Request& request, Identity identity, std::string key = {}) {
    Reply reply;
    invoke("/souk.product.v1.ProductService/" + method, request, reply, std::move(identity),
           std::move(key));
    return reply;
  }
  template <class Reply, class Request>
  Task<Reply> call_task(std::string method, Request request, Identity identity) {
    Reply reply;
    co_await channel_of("product-service")
        .unary(call_of(std::move(identity), {}), caller_,
               "/souk.product.v1.ProductService/" + method, request, reply);
    co_return reply;
  }

  v1::Product create(const v1::CreateProductRequest& request, TenantId tenant = kDefaultTenant) {
    return call<v1::Product>("CreateProduct", request, admin(tenant));
  }
  /// A product of one variant, and its SKU.
  static v1::CreateProductRequest product(const std::string& name, const std::string& sku,
                                          std::int64_t amount = 1000);
  v1::Product get(const std::string& id_or_slug, Identity identity = visitor());
  v1::ListProductsReply list(const v1::ListProductsRequest& request, Identity identity = visitor());
  v1::ListProductsReply search(const std::string& query);
  v1::Category make_category(const std::string& name, const std::string& parent = "");
  std::vector<v1::Quote> quote(const std::vector<std::string>& skus,
                               TenantId tenant = kDefaultTenant);
  v1::ImportProductsReply import(const v1::ImportProductsRequest& request);

  /// Delivers one event of inventory-service; true if it was applied (or given up).
  bool stock_changed(const std::string& sku, const std::string& availability,
                     TenantId tenant = kDefaultTenant);

  /// Ids of the products that ProductChanged events wait for, oldest first; forgets them.
  std::vector<std::string> published();

  template <class T>
  T run(Task<T> task) {
    return testing::run(loop_, std::move(task));
  }
  /// The database as its superuser, and as the service is connected for a tenant.
  static database::BlockingConnection superuser();
  static database::BlockingConnection as_service(TenantId tenant = kDefaultTenant);

  static inline std::unique_ptr<testing::TestDatabase> test_database;
  boost::asio::io_context loop_{1};
  std::string caller_ = "api-gateway";

 private:
  void invoke(const std::string& path, const google::protobuf::Message& request,
              google::protobuf::Message& reply, Identity identity, std::string key);
  rpc::Call call_of(Identity identity, std::string key);
  rpc::Channel& channel_of(std::string_view service);
  runtime::ModuleContext context();

  SystemClock clock_;
  SystemRandom random_;
  IdGenerator ids_{clock_, random_};
  Metrics metrics_;
  Log log_{"test", Log::Level::error};
  IdentitySeal seal_{std::array<std::uint8_t, 32>{1}};
  rpc::Wire wire_{clock_, random_, seal_, metrics_};
  std::unique_ptr<config::Settings> settings_;
  std::array<std::uint8_t, 32> key_{};
  std::map<std::string, rpc::Channel, std::less<>> channels_;
  std::unique_ptr<runtime::Module> module_;
  std::unique_ptr<grpc::Server> server_;
};

/// What `action` throws; fails the test if nothing.
template <class F>
Error error_of(F action) {
  try {
    action();
  } catch (const Error& error) {
    return error;
  }
  ADD_FAILURE() << "nothing was thrown";
  return {Kind::internal, "", ""};
}

template <class Items>
std::vector<std::string> names(const Items& items) {
  std::vector<std::string> names;
  for (const auto& item : items) names.push_back(item.name());
  return names;
}

}  // namespace souk::product
