#include "internal/repository/listing_repository.hpp"

#include <array>

#include "internal/repository/product_rows.hpp"
#include "internal/repository/sql_join.hpp"

namespace souk::product::listing_repository {
namespace {

using database::Query;
using database::Row;
using database::Rows;

// What the statements are put together from: with or without a search, one order or another.
// $1 to $4: the filters; $5, $6: the last page's end (its sort key; its id); $7: how many; $8, $9: the
// query and how to match it.
constexpr std::string_view kBrowseFrom = " FROM products p WHERE p.status = 'active'";
constexpr std::string_view kSearchFrom =
    " FROM search_products(souk_tenant(), $8, $9) s JOIN products p ON p.id = s.product_id"
    " WHERE p.status = 'active'";
constexpr std::string_view kFilters = R"(
  AND ($1 = '' OR p.id IN (SELECT pc.product_id FROM categories c
                           JOIN category_closure below ON below.ancestor_id = c.id
                           JOIN product_categories pc ON pc.category_id = below.descendant_id
                           WHERE c.slug = $1))
  AND ($2::bigint IS NULL OR p.price_amount >= $2::bigint)
  AND ($3::bigint IS NULL OR p.price_amount <= $3::bigint)
  AND ($4::boolean IS NULL OR (p.availability <> 'out_of_stock') = $4::boolean))";

constexpr std::string_view kSelect = "SELECT ";
constexpr std::string_view kNotFuzzy = ", false AS fuzzy, ";
constexpr std::string_view kFuzzy = ", s.fuzzy, ";

constexpr std::string_view kNewestKey = "'' AS sort_key";
constexpr std::string_view kNewestOrder = R"(
  AND ($5::text IS NULL OR p.id < $6::uuid) ORDER BY p.id DESC LIMIT $7)";
constexpr std::string_view kPriceKey = "p.price_amount::text AS sort_key";
constexpr std::string_view kPriceOrder = R"(
  AND ($5::bigint IS NULL OR (p.price_amount, p.id) > ($5::bigint, $6::uuid))
  ORDER BY p.price_amount, p.id LIMIT $7)";
constexpr std::string_view kPriceDescendingOrder = R"(
  AND ($5::bigint IS NULL OR (p.price_amount, p.id) < ($5::bigint, $6::uuid))
  ORDER BY p.price_amount DESC, p.id DESC LIMIT $7)";
constexpr std::string_view kNameKey = "p.name_key AS sort_key";
constexpr std::string_view kNameOrder = R"(
  AND ($5::text IS NULL OR (p.name_key, p.id) > ($5::text, $6::uuid))
  ORDER BY p.name_key, p.id LIMIT $7)";
constexpr std::string_view kRelevanceKey =
    "s.rank::text AS sort_key";  // the shortest text that reads back
constexpr std::string_view kRelevanceOrder = R"(
  AND ($5::real IS NULL OR (s.rank, p.id) < ($5::real, $6::uuid))
  ORDER BY s.rank DESC, p.id DESC LIMIT $7)";

template <const std::string_view& Key, const std::string_view& Order>
constexpr std::string_view kBrowse =
    join<kSelect, Key, kNotFuzzy, kProductColumns, kBrowseFrom, kFilters, Order>;
template <const std::string_view& Key, const std::string_view& Order>
constexpr std::string_view kSearch =
    join<kSelect, Key, kFuzzy, kProductColumns, kSearchFrom, kFilters, Order>;

constexpr Query kBrowseNewest{"product.browse_newest", kBrowse<kNewestKey, kNewestOrder>};
constexpr Query kBrowsePrice{"product.browse_price", kBrowse<kPriceKey, kPriceOrder>};
constexpr Query kBrowsePriceDescending{"product.browse_price_desc",
                                       kBrowse<kPriceKey, kPriceDescendingOrder>};
constexpr Query kBrowseName{"product.browse_name", kBrowse<kNameKey, kNameOrder>};
constexpr Query kSearchRelevance{"product.search_relevance",
                                 kSearch<kRelevanceKey, kRelevanceOrder>};
constexpr Query kSearchNewest{"product.search_newest", kSearch<kNewestKey, kNewestOrder>};
constexpr Query kSearchPrice{"product.search_price", kSearch<kPriceKey, kPriceOrder>};
constexpr Query kSearchPriceDescending{"product.search_price_desc",
                                       kSearch<kPriceKey, kPriceDescendingOrder>};
constexpr Query kSearchName{"product.search_name", kSearch<kNameKey, kNameOrder>};

const Query& browse_query(Sort sort) {
  switch (sort) {
    case Sort::price: return kBrowsePrice;
    case Sort::price_descending: return kBrowsePriceDescending;
    case Sort::name: return kBrowseName;
    case Sort::newest:
    case Sort::relevance: return kBrowseNewest;
  }
  return kBrowseNewest;
}

const Query& search_query(Sort sort) {
  switch (sort) {
    case Sort::relevance: return kSearchRelevance;
    case Sort::newest: return kSearchNewest;
    case Sort::price: return kSearchPrice;
    case Sort::price_descending: return kSearchPriceDescending;
    case Sort::name: return kSearchName;
  }
  return kSearchRelevance;
}

// $5: the bounds of the price bands; $8, $9 become $6, $7.
constexpr std::string_view kFacetHead =
    "WITH found AS MATERIALIZED (SELECT p.id, p.price_amount, p.price_currency, p.availability";
constexpr std::string_view kFacetSearchFrom =
    " FROM search_products(souk_tenant(), $6, $7) s JOIN products p ON p.id = s.product_id"
    " WHERE p.status = 'active'";
constexpr std::string_view kFacetTail = R"()
  SELECT 'category' AS facet, c.slug AS value, c.name AS label, 0 AS band, count(DISTINCT found.id) AS count
  FROM found JOIN product_categories pc ON pc.product_id = found.id
    JOIN category_closure above ON above.descendant_id = pc.category_id
    JOIN categories c ON c.id = above.ancestor_id
  GROUP BY c.id
  UNION ALL
  SELECT 'price', price_currency, '', width_bucket(price_amount, $5::bigint[]), count(*)
  FROM found GROUP BY 2, 4
  UNION ALL
  SELECT 'availability', availability, '', 0, count(*) FROM found GROUP BY 2
  ORDER BY facet, band, label, value)";

constexpr Query kBrowseFacets{"product.browse_facets",
                              join<kFacetHead, kBrowseFrom, kFilters, kFacetTail>};
constexpr Query kSearchFacets{"product.search_facets",
                              join<kFacetHead, kFacetSearchFrom, kFilters, kFacetTail>};

std::string_view word(Matching matching) {
  switch (matching) {
    case Matching::automatic: return "auto";
    case Matching::exact: return "exact";
    case Matching::fuzzy: return "fuzzy";
  }
  return "auto";
}

FacetValue read_value(const Row& row, std::string_view facet) {
  const auto value = row.get<std::string>("value");
  const auto count = row.get<std::int64_t>("count");
  if (facet == "price") {
    return price_band(static_cast<std::size_t>(row.get<std::int32_t>("band")),
                      Currency::from(value), count);
  }
  return {value, row.get<std::string>("label"), count};
}

ListedPage read_page(const Rows& rows, int size) {
  ListedPage page;
  for (const auto& row : rows) {
    if (page.products.size() == static_cast<std::size_t>(size)) {
      const auto last = rows[page.products.size() - 1];
      page.next =
          Position{page.matching, last.get<std::string>("sort_key"), page.products.back().id};
      break;
    }
    page.products.push_back(read_product(row));
    page.matching = row.get<bool>("fuzzy") ? Matching::fuzzy : Matching::exact;
  }
  return page;
}

}  // namespace

Task<ListedPage> page(database::Database& database, database::Scope scope, const Criteria& criteria,
                      const std::optional<Position>& after, int size) {
  std::optional<std::string> key;
  std::optional<ProductId> id;
  if (after) {
    key = after->key;
    id = after->id;
  }
  // One more than asked for tells whether there is a next page.
  if (criteria.query.empty()) {
    co_return read_page(
        co_await database.query(scope, browse_query(criteria.sort), criteria.category,
                                criteria.min_price, criteria.max_price, criteria.in_stock, key, id,
                                size + 1),
        size);
  }
  const auto matching = after ? after->matching : Matching::automatic;
  co_return read_page(
      co_await database.query(scope, search_query(criteria.sort), criteria.category,
                              criteria.min_price, criteria.max_price, criteria.in_stock, key, id,
                              size + 1, criteria.query, word(matching)),
      size);
}

Task<std::vector<Facet>> facets(database::Database& database, database::Scope scope,
                                const Criteria& criteria, Matching matching) {
  const auto& bounds = price_band_bounds();
  Rows rows;
  if (criteria.query.empty()) {
    rows = co_await database.query(scope, kBrowseFacets, criteria.category, criteria.min_price,
                                   criteria.max_price, criteria.in_stock, bounds);
  } else {
    rows = co_await database.query(scope, kSearchFacets, criteria.category, criteria.min_price,
                                   criteria.max_price, criteria.in_stock, bounds, criteria.query,
                                   word(matching));
  }
  std::vector<Facet> facets{{"category", {}}, {"price", {}}, {"availability", {}}};
  for (const auto& row : rows) {
    const auto name = row.get<std::string>("facet");
    for (auto& facet : facets) {
      if (facet.name == name) facet.values.push_back(read_value(row, name));
    }
  }
  co_return facets;
}

}  // namespace souk::product::listing_repository
