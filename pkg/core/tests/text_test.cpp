#include "core/text.hpp"

#include <gtest/gtest.h>

namespace souk::text {
namespace {

TEST(Text, CountsCodePointsNotBytes) { EXPECT_EQ(code_points("Zoë €"), 5U); }

TEST(Text, OneLineHasNoControlCharacter) {
  EXPECT_TRUE(is_one_line("Zoë 東京"));
  for (const auto* bad : {"a\nb", "a\rb", "a\tb", "a\x7f", "a\u0085b", "a\u2028b"})
    EXPECT_FALSE(is_one_line(bad));
  EXPECT_FALSE(is_one_line(std::string_view{"a\0b", 3}));
}

TEST(Text, Email) {
  for (const auto* good : {"a@b", "jane.doe+shop@mail.example.com", "x_1@a-b.co"})
    EXPECT_TRUE(is_email(good)) << good;
  for (const auto* bad : {"", "a", "@b", "a@", "a@@b", "a b@c", "a@b..c", "a@-b.c", ".a@b",
                          "a..b@c", "a@b\r\nBcc: c", "\"q\"@b", "a@b."}) {
    EXPECT_FALSE(is_email(bad)) << bad;
  }
  EXPECT_FALSE(is_email(std::string(65, 'a') + "@b.c"));
}

TEST(Text, Country) {
  EXPECT_TRUE(is_country("DE"));
  EXPECT_TRUE(is_country("ZW"));
  for (const auto* bad : {"", "D", "de", "XX", "DEU", "EA"}) EXPECT_FALSE(is_country(bad)) << bad;
}

TEST(Text, SkuSlugPhone) {
  EXPECT_TRUE(is_sku("TSHIRT-M_1.0"));
  for (const auto* bad : {"", "-A", "A B", "A/B", "Ä"}) EXPECT_FALSE(is_sku(bad)) << bad;
  EXPECT_FALSE(is_sku(std::string(65, 'A')));
  EXPECT_TRUE(is_slug("red-t-shirt-2"));
  for (const auto* bad : {"", "Red", "a--b", "-a", "a-", "a_b"}) EXPECT_FALSE(is_slug(bad)) << bad;
  EXPECT_TRUE(is_phone("+4930123456"));
  for (const auto* bad : {"", "030123456", "+0301234567", "+49 30 12345", "+491"})
    EXPECT_FALSE(is_phone(bad)) << bad;
}

TEST(Text, SlugifyAlwaysGivesASlug) {
  EXPECT_EQ(slugify("Café au Lait (large)"), "cafe-au-lait-large");
  EXPECT_EQ(slugify("  WHITE HANGING HEART T-LIGHT HOLDER "), "white-hanging-heart-t-light-holder");
  EXPECT_EQ(slugify("Baker's Ünïque"), "bakers-unique");
  EXPECT_EQ(slugify("東京"), "item");
  EXPECT_TRUE(is_slug(slugify(std::string(500, 'x') + " y")));
}

}  // namespace
}  // namespace souk::text
