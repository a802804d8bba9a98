#include "demo.hpp"

#include <fstream>

#include <fmt/format.h>

#include "core/text.hpp"
#include "demo_catalogue.hpp"
#include "inventory/inventory.pb.h"
#include "product/product.pb.h"
#include "runtime/blocking.hpp"
#include "user/user.pb.h"

namespace souk::app {
namespace {

/// Calls as the demo administrator.
class Seeder {
 public:
  Seeder(runtime::Host& host, runtime::Process& process) : host_(host), process_(process) {}

  void run() {
    administrator_ = make_administrator();
    for (const auto& category : demo_categories()) make(category);
    for (const auto& product : demo_products()) make(product);
    stock();
  }

 private:
  template <class Reply, class Request>
  Reply call(std::string_view service, std::string_view proto_service, std::string_view method,
             Request request) {
    const rpc::Method<Request, Reply> rpc{host_.channel(service), "cli", proto_service, method};
    auto call = rpc::Call::background("cli", std::chrono::seconds{30}, process_.random);
    if (!administrator_.empty()) {
      call.identity.user = UserId::from(administrator_);
      call.identity.roles = {"admin"};
    }
    return runtime::run_on(loop_.executor(), [&]() { return rpc(call, std::move(request)); });
  }

  /// A conflict says that an interrupted run made it.
  template <class F>
  static void unless_there(F make) {
    try {
      make();
    } catch (const Error& error) {
      if (error.kind != Kind::conflict) throw;
    }
  }

  std::string make_administrator() {
    user::v1::CreateAdminRequest request;
    request.set_email(kDemoAdmin);
    request.set_password(kDemoPassword);
    request.set_full_name("Demo Administrator");
    std::string id = kDefaultTenant.str();  // any user id will do where the account was made before
    unless_there([&] {
      id = call<user::v1::User>("user-service", "souk.user.v1.UserService", "CreateAdmin", request)
               .id();
    });
    return id;
  }

  void make(const DemoCategory& category) {
    product::v1::CreateCategoryRequest request;
    request.set_name(std::string{category.name});
    request.set_slug(std::string{category.slug});
    if (!category.parent.empty()) request.set_parent(std::string{category.parent});
    unless_there([&] {
      call<product::v1::Category>("product-service", "souk.product.v1.ProductService",
                                  "CreateCategory", request);
    });
  }

  void make(const DemoProduct& product) {
    product::v1::CreateProductRequest request;
    request.set_name(std::string{product.name});
    request.set_slug(text::slugify(product.name));
    request.set_description(std::string{product.description});
    request.add_categories(std::string{product.category});
    request.set_status("active");
    auto& image = *request.add_images();  // drawn by web-ui/art, served with the web UI
    image.set_url("/demo/" + request.slug() + ".svg");
    image.set_alt(std::string{product.name});
    for (const auto& variant : product.variants) {
      auto& added = *request.add_variants();
      added.set_sku(std::string{variant.sku});
      if (!variant.title.empty()) added.set_title(std::string{variant.title});
      if (const auto equals = variant.option.find('='); equals != std::string_view::npos) {
        (*added.mutable_options())[std::string{variant.option.substr(0, equals)}] =
            variant.option.substr(equals + 1);
      }
      added.mutable_price()->set_amount(variant.price);
      added.mutable_price()->set_currency(process_.settings.text("SOUK_CURRENCY"));
    }
    unless_there([&] {
      call<product::v1::Product>("product-service", "souk.product.v1.ProductService",
                                 "CreateProduct", request);
    });
  }

  void stock() {
    inventory::v1::ImportStockRequest request;
    for (const auto& product : demo_products()) {
      for (const auto& variant : product.variants) {
        auto& line = *request.add_lines();
        line.set_sku(std::string{variant.sku});
        line.set_quantity(variant.stock);
      }
    }
    call<inventory::v1::ImportStockReply>("inventory-service", "souk.inventory.v1.InventoryService",
                                          "ImportStock", request);
  }

  runtime::Host& host_;
  runtime::Process& process_;
  runtime::EventLoop loop_;
  std::string administrator_;
};

}  // namespace

bool seed_demo(runtime::Host& host, runtime::Process& process,
               const std::filesystem::path& data_folder) {
  const auto done = data_folder / "demo.seeded";
  if (std::filesystem::exists(done)) return false;
  Seeder{host, process}.run();
  std::ofstream{done} << to_rfc3339(process.clock.now()) << '\n';
  return true;
}

}  // namespace souk::app
