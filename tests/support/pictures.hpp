#pragma once

#include <string>

namespace souk::testing {

struct PictureOptions {
  int width = 800;
  int height = 600;
  std::string suffix = ".jpg";  ///< ".jpg", ".png", ".webp"
  bool alpha = false;           ///< the left half is transparent
  int orientation = 1;          ///< as EXIF has it
  std::string comment = {};     ///< in its EXIF data
};

/// A picture whose top is red and whose bottom is blue, encoded by libvips.
std::string picture(const PictureOptions& options = {});

/// What an encoded picture is.
struct Seen {
  int width = 0;
  int height = 0;
  bool has_alpha = false;
  bool red_on_top = false;
  bool has_comment = false;  ///< in its EXIF data
  int left_blue = 0;         ///< the blue of the leftmost pixel of the middle row
};
Seen look_at(const std::string& bytes);

/// The head of a PNG that claims this size, and no more.
std::string png_of_size(unsigned width, unsigned height);

}  // namespace souk::testing
