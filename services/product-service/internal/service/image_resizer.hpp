#pragma once

#include <string>
#include <string_view>

#include "internal/models/image.hpp"
#include "runtime/task.hpp"
#include "security/bounded_workers.hpp"

namespace souk::product {

/// Decodes an upload and makes of it what shoppers get: upright, in sRGB, without metadata, as WebP in a
/// few widths and as one JPEG. Nothing of the bytes that came goes out again. Takes up to seconds of a
/// processor: not for an event loop. Any thread.
///
/// Throws Error{unsupported_media} for bytes that are not of the media type, Error{too_large,
/// "image_too_large"} for more pixels than a camera makes (before they are decoded), and Error{validation}
/// for a picture that is broken or cut short.
ResizedImage resize_image(std::string_view bytes, std::string_view media_type);

/// Does that on a thread of its own. Owned by the module, awaited on its loop; its destructor waits for
/// the pictures in hand.
class ImageResizer {
 public:
  /// Throws as resize_image does, and Error{unavailable} where too many wait already.
  Task<ResizedImage> resize(std::string bytes, std::string media_type);

 private:
  static constexpr std::size_t kThreads = 1;  ///< the largest takes 300 MB while it is decoded
  static constexpr std::size_t kQueue = 4;    ///< each with its 10 MB

  security::BoundedWorkers workers_{kThreads, kQueue};
};

}  // namespace souk::product
