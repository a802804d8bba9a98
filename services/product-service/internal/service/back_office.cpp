#include "internal/service/back_office.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "core/error.hpp"
#include "internal/models/catalogue_csv.hpp"

namespace souk::product {
namespace {

/// The query comes last and the rest holds no newline, so no two filters spell the same name.
std::string list_name(const rpc::Call& call, const BackOffice::Filter& filter) {
  return fmt::format("all products/{}\n{}\n{}\n{}\n{}", call.identity.tenant.str(), filter.status,
                     filter.category, filter.availability, filter.query);
}

/// gRPC's 4 MB less a little.
constexpr std::size_t kMaxFile = 4'000'000;

Error export_too_large() {
  return {Kind::validation, "export_too_large",
          "Too many products for one file: ask for one category or status at a time."};
}

}  // namespace

Task<CataloguePage> BackOffice::list(const rpc::Call& call, Filter filter, PageWish wish) {
  const auto name = list_name(call, filter);
  const auto after = page_tokens_.read(name, wish.token);
  const auto below = after ? std::optional{ProductId::from(after->at(0))} : std::nullopt;
  CataloguePage page;
  page.products =
      co_await back_office_repository::page(database_, call.scope(), filter, below, wish.size + 1);
  if (page.products.size() > static_cast<std::size_t>(wish.size)) {
    page.products.pop_back();
    page.next_page_token = page_tokens_.make(name, {page.products.back().id.str()});
  }
  co_return page;
}

Task<std::string> BackOffice::csv(const rpc::Call& call, Filter filter) {
  auto products = co_await back_office_repository::page(database_, call.scope(), filter,
                                                        std::nullopt, kExported + 1);
  if (products.size() > kExported) throw export_too_large();
  std::ranges::reverse(products);
  auto text = write_catalogue(products);
  if (text.size() > kMaxFile) throw export_too_large();
  co_return text;
}

}  // namespace souk::product
