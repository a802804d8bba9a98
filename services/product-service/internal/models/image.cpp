#include "internal/models/image.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "security/token.hpp"

namespace souk::product {
namespace {

constexpr std::string_view kImageBase = "/api/v1/images/";
constexpr std::size_t kIdLength = 64;

/// A thumbnail, a card on a phone, a card on a desk or a phone's whole width, the product page.
constexpr std::array kWidths{320, 640, 960, 1600};
constexpr int kLargestJpeg = 960;

bool is_hex(std::string_view text) {
  return std::ranges::all_of(
      text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

}  // namespace

std::string Image::id() const { return uploaded_image_id(url).value_or(image_id(url)); }

Image uploaded_image(const std::string& id, std::string alt, const ImageSizes& sizes) {
  return {.url = image_file_url(id, jpeg_name(fallback_width(sizes.widths))),
          .alt = std::move(alt),
          .width = sizes.width,
          .height = sizes.height,
          .widths = sizes.widths};
}

std::string image_id(std::string_view bytes) {
  return fmt::format("{:02x}", fmt::join(security::token_digest(bytes), ""));
}

std::vector<int> image_widths(int width) {
  std::vector<int> widths;
  for (const int each : kWidths) {
    if (each < width) widths.push_back(each);
  }
  if (width <= kWidths.back()) widths.push_back(width);
  return widths;
}

int fallback_width(const std::vector<int>& widths) {
  int widest = widths.front();
  for (const int width : widths) {
    if (width <= kLargestJpeg) widest = width;
  }
  return widest;
}

std::string webp_name(int width) { return fmt::format("{}.webp", width); }
std::string jpeg_name(int width) { return fmt::format("{}.jpg", width); }

std::string image_file_url(std::string_view id, std::string_view file_name) {
  return fmt::format("{}{}/{}", kImageBase, id, file_name);
}

std::optional<std::string> uploaded_image_id(std::string_view url) {
  if (!url.starts_with(kImageBase)) return std::nullopt;
  const auto rest = url.substr(kImageBase.size());
  const auto id = rest.substr(0, rest.find('/'));
  if (id.size() != kIdLength || !is_hex(id)) return std::nullopt;
  return std::string{id};
}

std::string_view image_content_type(std::string_view file_name) {
  if (file_name.ends_with(".webp")) return "image/webp";
  if (file_name.ends_with(".jpg")) return "image/jpeg";
  return {};
}

}  // namespace souk::product
