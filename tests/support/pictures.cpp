#include "support/pictures.hpp"

#include <array>
#include <memory>
#include <stdexcept>

#include <vips/vips.h>
#include <zlib.h>

namespace souk::testing {
namespace {

struct Unref {
  void operator()(VipsImage* image) const { g_object_unref(image); }
};
using ImagePtr = std::unique_ptr<VipsImage, Unref>;

void require(bool holds) {
  if (!holds) throw std::runtime_error{vips_error_buffer()};
}

void start() {
  static const bool started = vips_init("test") == 0;
  require(started);
}

std::string big_endian(unsigned value) {
  std::string bytes;
  for (const int shift : {24, 16, 8, 0}) bytes += static_cast<char>(value >> shift);
  return bytes;
}

std::string chunk(const std::string& type, const std::string& data) {
  const auto body = type + data;
  const auto sum =
      crc32(0, reinterpret_cast<const Bytef*>(body.data()), static_cast<uInt>(body.size()));
  return big_endian(static_cast<unsigned>(data.size())) + body +
         big_endian(static_cast<unsigned>(sum));
}

}  // namespace

std::string picture(const PictureOptions& options) {
  start();
  const int bands = options.alpha ? 4 : 3;
  std::string pixels;
  for (int y = 0; y < options.height; ++y) {
    for (int x = 0; x < options.width; ++x) {
      const bool top = y < options.height / 2;
      pixels += {static_cast<char>(top ? 255 : 0), 0, static_cast<char>(top ? 0 : 255)};
      if (options.alpha) pixels += static_cast<char>(x < options.width / 2 ? 0 : 255);
    }
  }
  const ImagePtr raw{vips_image_new_from_memory_copy(pixels.data(), pixels.size(), options.width,
                                                     options.height, bands, VIPS_FORMAT_UCHAR)};
  VipsImage* out = nullptr;
  require(vips_copy(raw.get(), &out, "interpretation", VIPS_INTERPRETATION_sRGB, nullptr) == 0);
  const ImagePtr image{out};
  if (options.orientation != 1)
    vips_image_set_int(image.get(), VIPS_META_ORIENTATION, options.orientation);
  if (!options.comment.empty()) {
    vips_image_set_string(image.get(), "exif-ifd0-ImageDescription", options.comment.c_str());
  }
  void* data = nullptr;
  std::size_t size = 0;
  require(vips_image_write_to_buffer(image.get(), options.suffix.c_str(), &data, &size, nullptr) ==
          0);
  std::string bytes{static_cast<const char*>(data), size};
  g_free(data);
  return bytes;
}

Seen look_at(const std::string& bytes) {
  start();
  const ImagePtr image{vips_image_new_from_buffer(bytes.data(), bytes.size(), "", nullptr)};
  require(image != nullptr);
  Seen seen{.width = vips_image_get_width(image.get()),
            .height = vips_image_get_height(image.get()),
            .has_alpha = vips_image_hasalpha(image.get()) != 0,
            .has_comment = vips_image_get_typeof(image.get(), "exif-ifd0-ImageDescription") != 0};
  const auto pixel = [&](int x, int y) {
    double* values = nullptr;
    int count = 0;
    require(vips_getpoint(image.get(), &values, &count, x, y, nullptr) == 0);
    const std::array<double, 3> colour{values[0], values[1], values[2]};
    g_free(values);
    return colour;
  };
  const auto top = pixel(seen.width * 3 / 4, 0);
  const auto bottom = pixel(seen.width * 3 / 4, seen.height - 1);
  seen.red_on_top = top[0] > 200 && top[2] < 60 && bottom[2] > 200 && bottom[0] < 60;
  seen.left_blue = static_cast<int>(pixel(0, seen.height / 4)[2]);
  return seen;
}

std::string png_of_size(unsigned width, unsigned height) {
  using namespace std::string_literals;
  const auto head = big_endian(width) + big_endian(height) + "\x08\x02\x00\x00\x00"s;
  return "\x89PNG\r\n\x1A\n" + chunk("IHDR", head) +
         chunk("IDAT", "\x78\x9C\x03\x00\x00\x00\x00\x01"s) + chunk("IEND", "");
}

}  // namespace souk::testing
