#include "services/product-service/product_module.hpp"

#include "internal/handler/back_office_handler.hpp"
#include "internal/handler/image_handler.hpp"
#include "internal/handler/product_handler.hpp"
#include "internal/repository/category_repository.hpp"
#include "internal/repository/product_repository.hpp"
#include "internal/service/stock_news.hpp"
#include "messaging/consumer.hpp"
#include "messaging/housekeeping.hpp"
#include "messaging/relay.hpp"

std::span<const souk::EmbeddedFile> souk_product_service_migrations();

namespace souk::product {
namespace {

constexpr std::chrono::seconds kStartTime{10};

std::vector<database::ConstraintRule> constraints() {
  auto rules = product_repository::constraints();
  std::ranges::move(category_repository::constraints(), std::back_inserter(rules));
  return rules;
}

class ProductModule final : public runtime::Module {
 public:
  explicit ProductModule(runtime::ModuleContext context) : context_(std::move(context)) {
    stock_news_.subscribe(consumer_);
  }

  std::vector<rpc::Service*> services() override { return {&service_, &consumer_.service()}; }

  Task<> start() override {
    co_await database_.check(std::chrono::steady_clock::now() + kStartTime);
    relay_.start();
    consumer_.start();
    housekeeping_.start();
  }

  Task<> ready() override { return runtime::require(database_); }

  Task<> stop() override {
    co_await consumer_.stop();
    co_await housekeeping_.stop();
    co_await relay_.stop();
  }

 private:
  runtime::ModuleContext context_;
  database::Database database_{context_.loop, context_.database_options("PRODUCT", constraints())};
  messaging::Outbox outbox_{context_.ids, context_.clock};
  messaging::Relay relay_{context_, database_, outbox_};
  messaging::Housekeeping housekeeping_{context_, database_};
  messaging::Consumer consumer_{context_, database_};
  Catalogue catalogue_{database_, runtime::PageTokens{context_.key}};
  ProductEditor editor_{database_, outbox_, context_.ids, context_.clock};
  Importer importer_{database_, outbox_, context_.ids, context_.clock};
  ImageEditor images_{database_, outbox_, context_.clock};
  BackOffice back_office_{database_, runtime::PageTokens{context_.key}};
  CsvImport csv_import_{database_, editor_};
  Quotes quotes_{context_.loop, database_};
  StockNews stock_news_{outbox_, context_.random};
  rpc::Service service_{"souk.product.v1.ProductService", context_.loop, context_.wire,
                        context_.log};
  ProductHandler handler_{service_, database_, {catalogue_, editor_, importer_, quotes_}};
  ImageHandler image_handler_{service_, images_};
  BackOfficeHandler back_office_handler_{service_, back_office_, csv_import_};
};

}  // namespace

runtime::ModuleSpec module() {
  return {.name = "product-service",
          .database = "PRODUCT",
          .grpc_port = 8082,
          .ops_port = 9082,
          .migrations = souk_product_service_migrations(),
          .make = [](runtime::ModuleContext context) -> std::unique_ptr<runtime::Module> {
            return std::make_unique<ProductModule>(std::move(context));
          }};
}

}  // namespace souk::product
