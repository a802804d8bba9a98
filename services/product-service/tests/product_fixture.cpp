#include "tests/product_fixture.hpp"

#include <fmt/format.h>
#include <grpcpp/grpcpp.h>

#include "inventory/events.pb.h"
#include "product/events.pb.h"
#include "services/product-service/product_module.hpp"

std::span<const souk::EmbeddedFile> souk_product_service_migrations();

namespace souk::product {

using namespace std::chrono_literals;

namespace {

Identity with_role(TenantId tenant, std::string role) {
  SystemClock clock;
  SystemRandom random;
  return {.service = {},
          .user = UserId{IdGenerator{clock, random}.next()},
          .session = {},
          .roles = {std::move(role)},
          .tenant = tenant};
}

}  // namespace

Identity visitor(TenantId tenant) {
  Identity identity;
  identity.tenant = tenant;
  return identity;
}
Identity staff(TenantId tenant) { return with_role(tenant, "staff"); }
Identity admin(TenantId tenant) { return with_role(tenant, "admin"); }

TenantId other_tenant() { return TenantId::from("00000000-0000-7000-8000-0000000000ff"); }

void ProductTest::SetUpTestSuite() {
  test_database = std::make_unique<testing::TestDatabase>(souk_product_service_migrations());
}

void ProductTest::TearDownTestSuite() { test_database.reset(); }

void ProductTest::SetUp() {
  superuser().run(
      "TRUNCATE products, variants, stock_states, categories, category_closure, product_categories,"
      " images, image_files, product_images, outbox, inbox, dead_letters, idempotency_keys");
  settings_ = std::make_unique<config::Settings>(
      config::Settings::Environment{{"PRODUCT_DATABASE_URL", test_database->app_url()}});
  module_ = product::module().make(context());
  grpc::ServerBuilder builder;
  for (auto* service : module_->services()) builder.RegisterService(service);
  server_ = builder.BuildAndStart();
  channel_of("product-service").connect(server_->InProcessChannel({}));
  run(module_->start());
}

void ProductTest::TearDown() {
  run(module_->stop());
  channel_of("product-service").disconnect();
  server_->Shutdown();
  module_.reset();
}

v1::CreateProductRequest ProductTest::product(const std::string& name, const std::string& sku,
                                              std::int64_t amount) {
  v1::CreateProductRequest request;
  request.set_name(name);
  auto& variant = *request.add_variants();
  variant.set_sku(sku);
  variant.mutable_price()->set_amount(amount);
  variant.mutable_price()->set_currency("USD");
  return request;
}

v1::Product ProductTest::get(const std::string& id_or_slug, Identity identity) {
  v1::GetProductRequest request;
  request.set_id(id_or_slug);
  return call<v1::Product>("GetProduct", request, std::move(identity));
}

v1::ListProductsReply ProductTest::list(const v1::ListProductsRequest& request, Identity identity) {
  return call<v1::ListProductsReply>("ListProducts", request, std::move(identity));
}

v1::ListProductsReply ProductTest::search(const std::string& query) {
  v1::ListProductsRequest request;
  request.set_query(query);
  return list(request);
}

v1::Category ProductTest::make_category(const std::string& name, const std::string& parent) {
  v1::CreateCategoryRequest request;
  request.set_name(name);
  if (!parent.empty()) request.set_parent(parent);
  return call<v1::Category>("CreateCategory", request, admin());
}

std::vector<v1::Quote> ProductTest::quote(const std::vector<std::string>& skus, TenantId tenant) {
  v1::QuoteRequest request;
  for (const auto& sku : skus) request.add_skus(sku);
  const auto reply = call<v1::QuoteReply>("Quote", request, visitor(tenant));
  return {reply.items().begin(), reply.items().end()};
}

v1::ImportProductsReply ProductTest::import(const v1::ImportProductsRequest& request) {
  return call<v1::ImportProductsReply>("ImportProducts", request, visitor());
}

bool ProductTest::stock_changed(const std::string& sku, const std::string& availability,
                                TenantId tenant) {
  inventory::v1::AvailabilityChanged message;
  message.set_sku(sku);
  message.set_availability(availability);
  common::v1::DeliverRequest request;
  auto& event = *request.add_events();
  event.set_id(ids_.next().str());
  event.set_topic("inventory.availability_changed");
  event.set_aggregate_id(sku);
  event.set_tenant_id(tenant.str());
  event.set_occurred_at_us(clock_.now().time_since_epoch().count());
  event.set_payload(message.SerializeAsString());
  common::v1::DeliverReply reply;
  invoke("/souk.common.v1.EventSink/Deliver", request, reply, {}, {});
  return reply.outcomes(0).accepted();
}

std::vector<std::string> ProductTest::published() {
  auto database = superuser();
  std::vector<std::string> ids;
  for (const auto& row : database.run(
           "SELECT aggregate_id FROM outbox WHERE topic = 'product.changed' ORDER BY seq")) {
    ids.push_back(row.get<std::string>("aggregate_id"));
  }
  database.run("DELETE FROM outbox");
  return ids;
}

database::BlockingConnection ProductTest::superuser() {
  return database::BlockingConnection{test_database->admin_url()};
}

database::BlockingConnection ProductTest::as_service(TenantId tenant) {
  database::BlockingConnection connection{test_database->app_url()};
  connection.run("SET ROLE souk_service");
  connection.run("SELECT set_config('souk.tenant', $1, false)", {tenant});
  return connection;
}

void ProductTest::invoke(const std::string& path, const google::protobuf::Message& request,
                         google::protobuf::Message& reply, Identity identity, std::string key) {
  run(channel_of("product-service")
          .unary(call_of(std::move(identity), std::move(key)), caller_, path, request, reply));
}

rpc::Call ProductTest::call_of(Identity identity, std::string key) {
  auto call = rpc::Call::background(caller_, 10s, random_, identity.tenant);
  call.identity = std::move(identity);
  call.idempotency_key = std::move(key);
  return call;
}

rpc::Channel& ProductTest::channel_of(std::string_view service) {
  const auto found = channels_.find(service);
  if (found != channels_.end()) return found->second;
  return channels_.try_emplace(std::string{service}, wire_, std::string{service}).first->second;
}

runtime::ModuleContext ProductTest::context() {
  return {
      .name = "product-service",
      .settings = *settings_,
      .loop = loop_.get_executor(),
      .http_loops = {},
      .clock = clock_,
      .random = random_,
      .ids = ids_,
      .log = log_,
      .metrics = metrics_,
      .wire = wire_,
      .key = key_,
      .channel = [this](std::string_view service) -> rpc::Channel& { return channel_of(service); }};
}

}  // namespace souk::product
