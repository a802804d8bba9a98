#include "internal/service/image_resizer.hpp"

#include <memory>
#include <mutex>

#include <fmt/format.h>
#include <vips/vips.h>

#include "core/error.hpp"
#include "security/run_on_worker.hpp"

namespace souk::product {
namespace {

/// Phones make 50 million pixels; decoded that is 300 MB where a picture cannot be read row by row
/// (progressive JPEG, interlaced PNG).
constexpr std::int64_t kMaxPixels = 50'000'000;
constexpr int kMaxSide = 16'000;  // WebP has no more than 16,383
/// Where no difference is seen any more on photographs.
constexpr int kWebpQuality = 80;
constexpr int kJpegQuality = 82;

struct Unref {
  void operator()(VipsImage* image) const { g_object_unref(image); }
};
using ImagePtr = std::unique_ptr<VipsImage, Unref>;

Error broken() { return invalid_field("body", "invalid_image", "is broken or cut short"); }

/// What a libvips call has put into `out`, which is read after the call.
ImagePtr taken(int failed, VipsImage* const& out) {
  if (failed == 0) return ImagePtr{out};
  vips_error_clear();
  throw broken();
}

std::string taken(int failed, void* data, std::size_t size) {
  if (failed != 0) {
    vips_error_clear();
    throw broken();
  }
  std::string bytes{static_cast<const char*>(data), size};
  g_free(data);
  return bytes;
}

/// The first time only, for it loads tables that an idle shop does without.
void start_vips() {
  static std::once_flag once;
  std::call_once(once, [] {
    if (vips_init("souk") != 0)
      throw Error{Kind::internal, "internal_error", "libvips does not start"};
    vips_concurrency_set(1);  // ImageResizer decides how many threads there are
    vips_cache_set_max(0);    // nobody uploads a picture twice
    // What is wrong with a picture is told to who sent it.
    g_log_set_handler(
        "VIPS", G_LOG_LEVEL_WARNING, [](const char*, GLogLevelFlags, const char*, void*) {},
        nullptr);
  });
}

using Load = int (*)(void*, std::size_t, VipsImage**, ...);

/// The loader of the media type that was named, where the first bytes agree: what else libvips can read
/// (SVG, PDF, TIFF, …) is not for uploads.
Load loader(std::string_view bytes, std::string_view media_type) {
  const auto has = [&](std::string_view magic, std::size_t at) {
    return bytes.substr(std::min(at, bytes.size())).starts_with(magic);
  };
  if (media_type == "image/jpeg" && has("\xFF\xD8\xFF", 0)) return vips_jpegload_buffer;
  if (media_type == "image/png" && has("\x89PNG\r\n\x1A\n", 0)) return vips_pngload_buffer;
  if (media_type == "image/webp" && has("RIFF", 0) && has("WEBP", 8)) return vips_webpload_buffer;
  throw Error{Kind::unsupported_media, "unsupported_media_type",
              "The body is not a picture of its media type."};
}

/// Opened, not decoded: that happens row by row, when somebody asks for pixels.
ImagePtr open_image(Load load, std::string_view bytes) {
  VipsImage* out = nullptr;
  return taken(load(const_cast<char*>(bytes.data()), bytes.size(), &out, "access",
                    VIPS_ACCESS_SEQUENTIAL, "fail_on", VIPS_FAIL_ON_ERROR, nullptr),
               out);
}

void check_size(VipsImage* image) {
  const std::int64_t width = vips_image_get_width(image);
  const std::int64_t height = vips_image_get_height(image);
  if (width <= kMaxSide && height <= kMaxSide && width * height <= kMaxPixels) return;
  throw Error{
      Kind::too_large, "image_too_large",
      fmt::format("A picture has at most {} million pixels and is at most {} wide and high.",
                  kMaxPixels / 1'000'000, kMaxSide)};
}

/// Upright, and no wider than the largest size. Colours are converted where the picture says what they mean:
/// without a profile they are sRGB already.
ImagePtr shrunk(VipsImage* image) {
  const int width = image_widths(kMaxSide).back();
  VipsImage* out = nullptr;
  if (vips_image_get_typeof(image, VIPS_META_ICC_NAME) != 0) {
    return taken(vips_thumbnail_image(image, &out, width, "height", kMaxSide, "size",
                                      VIPS_SIZE_DOWN, "export_profile", "srgb", nullptr),
                 out);
  }
  return taken(
      vips_thumbnail_image(image, &out, width, "height", kMaxSide, "size", VIPS_SIZE_DOWN, nullptr),
      out);
}

/// What the camera, or an editor, has written beside the pixels: places, names, small copies.
void forget_metadata(VipsImage* image) {
  auto* fields = vips_image_get_fields(image);
  for (auto** field = fields; *field != nullptr; ++field) vips_image_remove(image, *field);
  g_strfreev(fields);
}

/// In memory, in 8 bits of sRGB.
ImagePtr decode(VipsImage* image) {
  const auto small = shrunk(image);
  VipsImage* out = nullptr;
  const auto coloured =
      taken(vips_colourspace(small.get(), &out, VIPS_INTERPRETATION_sRGB, nullptr), out);
  out = nullptr;
  const auto bits = taken(vips_cast_uchar(coloured.get(), &out, nullptr), out);
  auto* memory = vips_image_copy_memory(bits.get());  // all of it is decoded here
  auto decoded = taken(memory == nullptr ? -1 : 0, memory);
  forget_metadata(decoded.get());
  return decoded;
}

ImagePtr narrowed(VipsImage* image, int width) {
  VipsImage* out = nullptr;
  return taken(vips_thumbnail_image(image, &out, width, "height", kMaxSide, "size", VIPS_SIZE_DOWN,
                                    "no_rotate", TRUE, nullptr),
               out);
}

std::string as_webp(VipsImage* image) {
  void* data = nullptr;
  std::size_t size = 0;
  const int failed =
      vips_webpsave_buffer(image, &data, &size, "Q", kWebpQuality, "strip", TRUE, nullptr);
  return taken(failed, data, size);
}

/// JPEG knows no transparency: the page is white.
std::string as_jpeg(VipsImage* image) {
  const std::unique_ptr<VipsArrayDouble, void (*)(VipsArrayDouble*)> white{
      vips_array_double_newv(1, 255.0),
      [](VipsArrayDouble* array) { vips_area_unref(VIPS_AREA(array)); }};
  VipsImage* out = nullptr;
  const auto opaque =
      vips_image_hasalpha(image) != 0
          ? taken(vips_flatten(image, &out, "background", white.get(), nullptr), out)
          : ImagePtr{VIPS_IMAGE(g_object_ref(image))};
  void* data = nullptr;
  std::size_t size = 0;
  const int failed =
      vips_jpegsave_buffer(opaque.get(), &data, &size, "Q", kJpegQuality, "strip", TRUE,
                           "optimize_coding", TRUE, "interlace", TRUE, nullptr);
  return taken(failed, data, size);
}

}  // namespace

ResizedImage resize_image(std::string_view bytes, std::string_view media_type) {
  const auto load = loader(bytes, media_type);
  start_vips();
  const auto source = open_image(load, bytes);
  check_size(source.get());
  const auto largest = decode(source.get());
  ResizedImage resized{.sizes = {.width = vips_image_get_width(largest.get()),
                                 .height = vips_image_get_height(largest.get()),
                                 .widths = image_widths(vips_image_get_width(largest.get()))},
                       .files = {}};
  const auto fallback = fallback_width(resized.sizes.widths);
  for (const int width : resized.sizes.widths) {
    const auto image = narrowed(largest.get(), width);
    resized.files.push_back({webp_name(width), as_webp(image.get())});
    if (width == fallback) resized.files.push_back({jpeg_name(width), as_jpeg(image.get())});
  }
  return resized;
}

Task<ResizedImage> ImageResizer::resize(std::string bytes, std::string media_type) {
  auto work = [bytes = std::move(bytes), media_type = std::move(media_type)] {
    return resize_image(bytes, media_type);
  };
  return security::run_on_worker<ResizedImage>(workers_, std::move(work),
                                               "Too many pictures are being read right now.");
}

}  // namespace souk::product
