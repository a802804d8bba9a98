#pragma once

#include "internal/repository/back_office_repository.hpp"
#include "internal/service/catalogue.hpp"

namespace souk::product {

/// The catalogue for those who look after it. Owned by the module, on its loop.
class BackOffice {
 public:
  using Filter = back_office_repository::Filter;

  BackOffice(database::Database& database, runtime::PageTokens page_tokens)
      : database_(database), page_tokens_(std::move(page_tokens)) {}

  /// Products of every status. Throws Error{malformed, "invalid_page_token"}.
  Task<CataloguePage> list(const rpc::Call& call, Filter filter, PageWish wish);

  /// The same as CSV. Throws Error{validation, "export_too_large"} for more than kExported products.
  Task<std::string> csv(const rpc::Call& call, Filter filter);

 private:
  /// Some 2 MB with descriptions of a paragraph: half of what a gRPC message may hold.
  static constexpr int kExported = 5'000;

  database::Database& database_;
  runtime::PageTokens page_tokens_;
};

}  // namespace souk::product
