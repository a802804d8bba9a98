#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace souk::product {

/// A picture of a product. One that was uploaded has sizes of its own and lies at an address that its
/// content gives it; any other lies wherever its URL leads.
struct Image {
  std::string url;
  std::string alt;
  int width = 0;  ///< of the largest size; 0 for a picture that lies elsewhere
  int height = 0;
  std::vector<int> widths = {};  ///< of the WebP files, ascending

  /// The same for the same picture of a product, whatever its alt text.
  std::string id() const;

  bool operator==(const Image&) const = default;
};

/// What is known of an uploaded image beside its files.
struct ImageSizes {
  int width = 0;
  int height = 0;
  std::vector<int> widths;
};

/// An uploaded image as a product shows it.
Image uploaded_image(const std::string& id, std::string alt, const ImageSizes& sizes);

/// What an upload became, ready to be served.
struct ResizedImage {
  struct File {
    std::string name;  ///< "640.webp", "960.jpg"
    std::string content;
  };
  ImageSizes sizes;
  std::vector<File> files;
};

/// As many as a product page can show.
inline constexpr std::size_t kMaxImages = 20;

/// The id of an image with these bytes: their SHA-256 in hexadecimal.
std::string image_id(std::string_view bytes);

/// The widths to make of a picture that is `width` wide: never larger than it is.
std::vector<int> image_widths(int width);

/// The one of them that the JPEG has: for mails and link previews, which know no WebP and no srcset.
int fallback_width(const std::vector<int>& widths);

/// "640.webp", "960.jpg"
std::string webp_name(int width);
std::string jpeg_name(int width);

/// Where an uploaded image's file lies.
std::string image_file_url(std::string_view id, std::string_view file_name);

/// The id of the uploaded image that a URL of ours leads to.
std::optional<std::string> uploaded_image_id(std::string_view url);

/// "image/webp"; empty for a name that no file has.
std::string_view image_content_type(std::string_view file_name);

}  // namespace souk::product
