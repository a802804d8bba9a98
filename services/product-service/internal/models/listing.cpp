#include "internal/models/listing.hpp"

#include <array>
#include <utility>

#include <fmt/format.h>

#include "core/text.hpp"

namespace souk::product {
namespace {

constexpr std::array<std::pair<std::string_view, Sort>, 5> kSorts{{
    {"relevance", Sort::relevance},
    {"newest", Sort::newest},
    {"price", Sort::price},
    {"-price", Sort::price_descending},
    {"name", Sort::name},
}};

std::string text_of(const std::optional<std::int64_t>& number) {
  return number ? std::to_string(*number) : "";
}

}  // namespace

// The query comes last and the rest holds no newline, so no two criteria spell the same key.
std::string Criteria::key() const {
  const auto stock = !in_stock ? "" : *in_stock ? "yes" : "no";
  return fmt::format("{}\n{}\n{}\n{}\n{}\n{}", static_cast<int>(sort), category, text_of(min_price),
                     text_of(max_price), stock, query);
}

Sort choose_sort(std::string_view wanted, std::string_view query) {
  const auto natural = query.empty() ? Sort::newest : Sort::relevance;
  for (const auto& [name, sort] : kSorts) {
    if (name == wanted && sort != Sort::relevance) return sort;
  }
  return natural;
}

std::string clean_query(std::string_view query) {
  std::string clean;
  for (const char c : query) {
    const bool control = static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
    const bool blank = control || c == ' ';
    if (!blank)
      clean += c;
    else if (!clean.empty() && clean.back() != ' ')
      clean += ' ';
  }
  if (clean.ends_with(' ')) clean.pop_back();
  return clean;
}

std::vector<std::string> Position::to_token() const {
  return {matching == Matching::fuzzy ? "fuzzy" : "exact", key, id.str()};
}

Position Position::from_token(const std::vector<std::string>& token) {
  return {.matching = token.at(0) == "fuzzy" ? Matching::fuzzy : Matching::exact,
          .key = token.at(1),
          .id = ProductId::from(token.at(2))};
}

const std::vector<std::int64_t>& price_band_bounds() {
  static const std::vector<std::int64_t> bounds{500,    1'000,  2'500,   5'000,   10'000,
                                                25'000, 50'000, 100'000, 250'000, 1'000'000};
  return bounds;
}

FacetValue price_band(std::size_t index, Currency currency, std::int64_t count) {
  const auto& bounds = price_band_bounds();
  const auto from = index == 0 ? 0 : bounds[index - 1];
  const auto from_text = Money{from, currency}.str();
  if (index == bounds.size()) {
    return {fmt::format("{}-", from), fmt::format("{} and more", from_text), count};
  }
  const auto to = bounds[index] - 1;
  return {fmt::format("{}-{}", from, to),
          fmt::format("{} to {}", from_text, Money{to, currency}.str()), count};
}

}  // namespace souk::product
