#include "internal/models/product.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace souk::product {
namespace {

template <class T, std::size_t N>
using Words = std::array<std::pair<T, std::string_view>, N>;

constexpr Words<Status, 3> kStatusWords{{
    {Status::active, "active"},
    {Status::draft, "draft"},
    {Status::archived, "archived"},
}};
constexpr Words<Availability, 3> kAvailabilityWords{{
    {Availability::in_stock, "in_stock"},
    {Availability::low_stock, "low_stock"},
    {Availability::out_of_stock, "out_of_stock"},
}};

template <class T, std::size_t N>
std::string_view find_word(const Words<T, N>& words, T value) {
  return std::ranges::find(words, value, &std::pair<T, std::string_view>::first)->second;
}

template <class T, std::size_t N>
std::optional<T> find_value(const Words<T, N>& words, std::string_view word) {
  const auto found = std::ranges::find(words, word, &std::pair<T, std::string_view>::second);
  if (found == words.end()) return std::nullopt;
  return found->first;
}

}  // namespace

std::string_view word(Status status) { return find_word(kStatusWords, status); }
std::string_view word(Availability availability) {
  return find_word(kAvailabilityWords, availability);
}

std::optional<Status> parse_status(std::string_view word) { return find_value(kStatusWords, word); }
std::optional<Availability> parse_availability(std::string_view word) {
  return find_value(kAvailabilityWords, word);
}

Money Product::price() const {
  return std::ranges::min(variants, {}, [](const Variant& v) { return v.price.amount_minor(); })
      .price;
}

Availability Product::availability() const {
  return std::ranges::min(variants, {}, &Variant::availability).availability;
}

}  // namespace souk::product
