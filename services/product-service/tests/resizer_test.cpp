#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/error.hpp"
#include "internal/service/image_resizer.hpp"
#include "support/pictures.hpp"

namespace souk::product {
namespace {

using ::testing::ElementsAre;
using testing::look_at;
using testing::picture;

Error refusal(const std::string& bytes, const std::string& type) {
  try {
    resize_image(bytes, type);
  } catch (const Error& error) {
    return error;
  }
  ADD_FAILURE() << "it was taken";
  return {Kind::internal, "", ""};
}

std::map<std::string, std::string> files_of(const ResizedImage& image) {
  std::map<std::string, std::string> files;
  for (const auto& file : image.files) files[file.name] = file.content;
  return files;
}

TEST(Resizer, MakesWebpInEachWidthAndOneJpeg) {
  const auto image = resize_image(picture({.width = 2000, .height = 1000}), "image/jpeg");
  EXPECT_THAT(image.sizes.widths, ElementsAre(320, 640, 960, 1600));
  EXPECT_EQ(image.sizes.width, 1600);
  EXPECT_EQ(image.sizes.height, 800);
  const auto files = files_of(image);
  ASSERT_EQ(files.size(), 5U);
  for (const int width : image.sizes.widths) {
    const auto& webp = files.at(webp_name(width));
    EXPECT_EQ(webp.substr(8, 4), "WEBP");
    EXPECT_EQ(look_at(webp).width, width);
    EXPECT_EQ(look_at(webp).height, width / 2);
    EXPECT_TRUE(look_at(webp).red_on_top);
  }
  EXPECT_TRUE(files.at("960.jpg").starts_with("\xFF\xD8"));
  EXPECT_EQ(look_at(files.at("960.jpg")).width, 960);
}

TEST(Resizer, NeverMakesAPictureLarger) {
  const auto small = resize_image(picture({.width = 200, .height = 50}), "image/jpeg");
  EXPECT_THAT(small.sizes.widths, ElementsAre(200));
  EXPECT_EQ(files_of(small).count("200.jpg"), 1U);
  const auto middle = resize_image(picture({.width = 700, .height = 50}), "image/jpeg");
  EXPECT_THAT(middle.sizes.widths, ElementsAre(320, 640, 700));
  EXPECT_EQ(files_of(middle).count("700.jpg"), 1U);
}

TEST(Resizer, TakesEachFormat) {
  for (const auto& [suffix, type] : std::map<std::string, std::string>{
           {".jpg", "image/jpeg"}, {".png", "image/png"}, {".webp", "image/webp"}}) {
    const auto image = resize_image(picture({.width = 400, .suffix = suffix}), type);
    EXPECT_TRUE(look_at(files_of(image).at("400.webp")).red_on_top) << suffix;
  }
}

// Orientation 3 is upside down, 6 lies on its side.
TEST(Resizer, TurnsItUprightAndKeepsNothingThatTheCameraSaid) {
  const auto bytes =
      picture({.width = 600, .height = 400, .orientation = 3, .comment = "at 52.5200 N 13.4050 E"});
  ASSERT_TRUE(look_at(bytes).has_comment);
  ASSERT_TRUE(bytes.contains("52.5200"));
  const auto image = resize_image(bytes, "image/jpeg");
  for (const auto& [name, content] : files_of(image)) {
    EXPECT_FALSE(look_at(content).red_on_top) << name << ": turned by 180 degrees, blue is on top";
    EXPECT_FALSE(look_at(content).has_comment) << name;
    EXPECT_FALSE(content.contains("52.5200")) << name;
  }
  const auto turned =
      resize_image(picture({.width = 600, .height = 400, .orientation = 6}), "image/jpeg");
  EXPECT_EQ(turned.sizes.width, 400);
  EXPECT_EQ(turned.sizes.height, 600);
}

TEST(Resizer, KeepsTransparencyWhereTheFormatHasIt) {
  const auto files =
      files_of(resize_image(picture({.width = 300, .suffix = ".png", .alpha = true}), "image/png"));
  EXPECT_TRUE(look_at(files.at("300.webp")).has_alpha);
  EXPECT_FALSE(look_at(files.at("300.jpg")).has_alpha);
  EXPECT_GT(look_at(files.at("300.jpg")).left_blue, 240) << "on white, not on black";
}

TEST(Resizer, ServesNothingOfWhatHidesBehindAPicture) {
  const std::string hidden = "PK\x03\x04 <script>alert(1)</script>";
  const auto image = resize_image(picture() + hidden, "image/jpeg");
  for (const auto& file : image.files) EXPECT_FALSE(file.content.contains("script")) << file.name;
}

TEST(Resizer, RefusesWhatIsNotOfItsType) {
  const auto jpeg = picture();
  const std::string svg = R"(<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>)";
  for (const auto& [bytes, type] :
       std::vector<std::pair<std::string, std::string>>{{jpeg, "image/png"},
                                                        {jpeg, "image/webp"},
                                                        {jpeg, "image/svg+xml"},
                                                        {jpeg, ""},
                                                        {svg, "image/png"},
                                                        {"GIF89a\x01\x00\x01\x00", "image/png"},
                                                        {"%PDF-1.4 \xFF\xD8\xFF", "image/jpeg"},
                                                        {"<script>", "image/jpeg"},
                                                        {"", "image/jpeg"}}) {
    EXPECT_EQ(refusal(bytes, type).kind, Kind::unsupported_media) << type << " " << bytes.size();
  }
}

TEST(Resizer, RefusesWhatIsBrokenOrCutShort) {
  for (const auto& [suffix, type] : std::map<std::string, std::string>{
           {".jpg", "image/jpeg"}, {".png", "image/png"}, {".webp", "image/webp"}}) {
    const auto whole = picture({.suffix = suffix});
    for (const auto part : {20UL, whole.size() / 2, whole.size() - whole.size() / 10}) {
      EXPECT_EQ(refusal(whole.substr(0, part), type).kind, Kind::validation) << suffix << part;
    }
  }
  EXPECT_EQ(refusal("\x89PNG\r\n\x1A\n and nothing more", "image/png").kind, Kind::validation);
  EXPECT_EQ(refusal("\xFF\xD8\xFF" + std::string(1000, 'x'), "image/jpeg").kind, Kind::validation);
}

TEST(Resizer, RefusesMorePixelsThanACameraMakesBeforeItDecodesThem) {
  const auto started = std::chrono::steady_clock::now();
  for (const auto& [width, height] : std::vector<std::pair<unsigned, unsigned>>{
           {60'000, 60'000}, {16'001, 1}, {1, 16'001}, {10'000, 10'000}}) {
    const auto error = refusal(testing::png_of_size(width, height), "image/png");
    EXPECT_EQ(error.kind, Kind::too_large) << width << " x " << height << ": " << error.detail;
    EXPECT_EQ(error.code, "image_too_large");
  }
  EXPECT_LT(std::chrono::steady_clock::now() - started, std::chrono::seconds{2});
}

}  // namespace
}  // namespace souk::product
