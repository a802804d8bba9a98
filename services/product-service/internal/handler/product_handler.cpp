#include "internal/handler/product_handler.hpp"

#include "internal/handler/messages.hpp"
#include "runtime/idempotency.hpp"

namespace souk::product {

using database::Transaction;

ProductHandler::ProductHandler(rpc::Service& service, database::Database& database,
                               UseCases use_cases)
    : database_(database), use_(use_cases) {
  service.bind("ListProducts", this, &ProductHandler::list);
  service.bind("GetProduct", this, &ProductHandler::get);
  service.bind("ListRelated", this, &ProductHandler::related);
  service.bind("CreateProduct", this, &ProductHandler::create);
  service.bind("UpdateProduct", this, &ProductHandler::update);
  service.bind("ArchiveProduct", this, &ProductHandler::archive);
  service.bind("ListCategories", this, &ProductHandler::list_categories);
  service.bind("CreateCategory", this, &ProductHandler::create_category);
  service.bind("Quote", this, &ProductHandler::quote);
  service.bind("ImportProducts", this, &ProductHandler::import);
}

Task<v1::ListProductsReply> ProductHandler::list(rpc::Call& call,
                                                 const v1::ListProductsRequest& request) {
  co_return to_message(
      co_await use_.catalogue.list(call, read_criteria(request), read_page_wish(request)));
}

Task<v1::Product> ProductHandler::get(rpc::Call& call, const v1::GetProductRequest& request) {
  co_return to_message(co_await use_.catalogue.get(call, request.id()));
}

Task<v1::ListRelatedReply> ProductHandler::related(rpc::Call& call,
                                                   const v1::ListRelatedRequest& request) {
  constexpr int kUsual = 8;  // two rows of a product page
  const auto limit = request.has_limit() ? request.limit() : kUsual;
  v1::ListRelatedReply reply;
  for (const auto& product : co_await use_.catalogue.related(call, request.id(), limit))
    *reply.add_items() = to_message(product);
  co_return reply;
}

Task<v1::Product> ProductHandler::create(rpc::Call& call, const v1::CreateProductRequest& request) {
  co_return co_await database_.transact(
      call.scope(), [&](Transaction& tx) { return create_in(tx, call, request); });
}

// The reply belongs to the commit that makes the product, so the transaction is begun here.
Task<v1::Product> ProductHandler::create_in(Transaction& tx, rpc::Call& call,
                                            const v1::CreateProductRequest& request) {
  runtime::Idempotency once{call, "CreateProduct", request};
  if (auto stored = co_await once.claim<v1::Product>(tx)) co_return std::move(*stored);
  auto reply = to_message(co_await use_.editor.create(tx, call, read(request)));
  once.store(tx, reply);
  co_return reply;
}

Task<v1::Product> ProductHandler::update(rpc::Call& call, const v1::UpdateProductRequest& request) {
  co_return to_message(co_await use_.editor.update(call, request.id(), read(request)));
}

Task<common::v1::Nothing> ProductHandler::archive(rpc::Call& call,
                                                  const v1::ArchiveProductRequest& request) {
  co_await use_.editor.archive(call, request.id());
  co_return common::v1::Nothing{};
}

Task<v1::ListCategoriesReply> ProductHandler::list_categories(rpc::Call& call,
                                                              const v1::ListCategoriesRequest&) {
  co_return to_message(co_await use_.catalogue.categories(call));
}

Task<v1::Category> ProductHandler::create_category(rpc::Call& call,
                                                   const v1::CreateCategoryRequest& request) {
  co_return co_await database_.transact(
      call.scope(), [&](Transaction& tx) { return create_category_in(tx, call, request); });
}

Task<v1::Category> ProductHandler::create_category_in(Transaction& tx, rpc::Call& call,
                                                      const v1::CreateCategoryRequest& request) {
  runtime::Idempotency once{call, "CreateCategory", request};
  if (auto stored = co_await once.claim<v1::Category>(tx)) co_return std::move(*stored);
  auto reply = to_message(co_await use_.editor.create_category(tx, call, read(request)));
  once.store(tx, reply);
  co_return reply;
}

Task<v1::QuoteReply> ProductHandler::quote(rpc::Call& call, const v1::QuoteRequest& request) {
  co_return to_message(
      co_await use_.quotes.quote(call, {request.skus().begin(), request.skus().end()}));
}

Task<v1::ImportProductsReply> ProductHandler::import(rpc::Call& call,
                                                     const v1::ImportProductsRequest& request) {
  const auto counts = co_await use_.importer.run(call, read(request));
  v1::ImportProductsReply reply;
  reply.set_created(counts.created);
  reply.set_existing(counts.existing);
  co_return reply;
}

}  // namespace souk::product
