#include "config/settings.hpp"

#include <fstream>

#include <gtest/gtest.h>
#include <unistd.h>

#include "core/error.hpp"

namespace souk::config {
namespace {

std::string refusal(Settings::Environment environment) {
  try {
    const Settings settings{std::move(environment)};
  } catch (const Error& error) {
    EXPECT_EQ(error.code, "invalid_setting");
    return error.detail;
  }
  return "";
}

TEST(Settings, FallsBackToTheDefault) {
  const Settings settings{{}};
  EXPECT_EQ(settings.text("SOUK_DATA_DIR"), "var");
  EXPECT_TRUE(settings.flag("SOUK_RATE_LIMITS"));
  EXPECT_EQ(settings.optional("USER_DATABASE_URL"), std::nullopt);
}

TEST(Settings, AnEmptyValueIsAnUnsetOne) {
  const Settings settings{{{"SOUK_DRAIN_MS", ""}}};
  EXPECT_EQ(settings.integer("SOUK_DRAIN_MS"), 8000);
}

TEST(Settings, RefusesWhatDoesNotFitAndNamesIt) {
  EXPECT_NE(refusal({{"PORT", "http"}}).find("PORT"), std::string::npos);
  EXPECT_NE(refusal({{"PORT", "65536"}}).find("0 to 65535"), std::string::npos);
  EXPECT_NE(refusal({{"SOUK_DEMO", "maybe"}}).find("on or off"), std::string::npos);
  EXPECT_NE(refusal({{"SOUK_PUBLIC_URL", "localhost"}}).find("URL"), std::string::npos);
}

TEST(Settings, ABusNeedsItsBroker) {
  EXPECT_NE(refusal({{"SOUK_BUS", "rabbit"}}).find("direct|rabbitmq|kafka"), std::string::npos);
  EXPECT_NE(refusal({{"SOUK_BUS", "rabbitmq"}}).find("RABBITMQ_URL"), std::string::npos);
  const auto wrong = refusal({{"SOUK_BUS", "rabbitmq"}, {"RABBITMQ_URL", "http://user:secret@h"}});
  EXPECT_NE(wrong.find("amqp://"), std::string::npos);
  EXPECT_EQ(wrong.find("secret"), std::string::npos);
  EXPECT_NE(refusal({{"SOUK_BUS", "kafka"}}).find("KAFKA_BROKERS"), std::string::npos);
  EXPECT_EQ(refusal({{"SOUK_BUS", "kafka"}, {"KAFKA_BROKERS", "127.0.0.1:9092"}}), "");
  EXPECT_EQ(refusal({{"SOUK_BUS", "direct"}, {"KAFKA_BROKERS", ""}}), "");
}

TEST(Settings, RefusesAnUnknownSoukVariable) {
  EXPECT_NE(refusal({{"SOUK_RATE_LIMIT", "off"}}).find("SOUK_RATE_LIMIT:"), std::string::npos);
  EXPECT_EQ(refusal({{"HOME", "/nowhere"}}), "");
}

TEST(Settings, ReadsADotenvFileUnderTheEnvironment) {
  const auto path =
      std::filesystem::temp_directory_path() / ("souk-dotenv-" + std::to_string(getpid()));
  std::ofstream{path} << "# comment\n\nSOUK_CURRENCY = GBP\n";
  const auto settings = Settings::from_process(path);
  std::ofstream{path} << "no equals sign\n";
  EXPECT_THROW(Settings::from_process(path), Error);
  std::filesystem::remove(path);
  EXPECT_EQ(settings.text("SOUK_CURRENCY"), "GBP");
}

TEST(Settings, ACertificateNeedsItsKey) {
  EXPECT_NE(refusal({{"SOUK_HTTPS_CERT", "a.pem"}}).find("SOUK_HTTPS_KEY"), std::string::npos);
  EXPECT_NE(refusal({{"SOUK_TLS_CERT", "a.pem"}, {"SOUK_TLS_KEY", "b.pem"}}).find("SOUK_TLS_CA"),
            std::string::npos);
  EXPECT_EQ(refusal({{"SOUK_HTTPS_CERT", "a.pem"}, {"SOUK_HTTPS_KEY", "b.pem"}}), "");
}

}  // namespace
}  // namespace souk::config
