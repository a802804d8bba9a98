#include <cstdio>
#include <fstream>
#include <set>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/error.hpp"
#include "internal/providers/smtp_mailer.hpp"
#include "support/smtp_server.hpp"
#include "testing/run.hpp"

namespace souk::notification {
namespace {

using souk::testing::ReceivedMail;
using souk::testing::SmtpServer;

class SmtpTest : public ::testing::Test {
 protected:
  SmtpOptions options(const SmtpServer& server) {
    SmtpOptions options{.server = {.url = server.url()},
                        .from = {"orders@shop.example", "Zoës Basar"},
                        .per_second = 1000};
    options.server.tls = SmtpTls::required;
    options.server.ca_file = server.ca_file();
    options.server.helo_domain = "shop.example";
    return options;
  }

  static Mail mail(const std::string& to, const std::string& id = "m1") {
    return {.id = id,
            .recipient = to,
            .recipient_name = "Zoë",
            .subject = "Your order №1 · grüße",
            .text = "Thank you.\r\n.\r\nA line that is one dot stands above. ünïcode\n",
            .html = "<p>Thank you.</p>"};
  }

  /// The code of what sending throws; empty where it was sent.
  static Task<std::string> code_of(SmtpMailer& mailer, Mail mail) {
    try {
      co_await mailer.send(mail);
    } catch (const Error& error) {
      co_return error.code;
    }
    co_return std::string{};
  }
  std::string send(SmtpMailer& mailer, const Mail& mail) {
    return souk::testing::run(loop_, code_of(mailer, mail));
  }

  boost::asio::io_context loop_{1};
  SystemClock clock_;
  Log log_{"smtp-test", Log::Level::off};
};

/// A header as a mail program reads it: Python's parser stands for those.
std::string as_read(const ReceivedMail& mail, const char* header) {
  const souk::testing::ScratchFolder folder;
  std::ofstream{folder.path() / "mail"} << mail.raw;
  const auto command = fmt::format(
      "python3 -c 'import email.policy, sys; "
      "print(email.message_from_binary_file(open(sys.argv[1], \"rb\"), "
      "policy=email.policy.default)[sys.argv[2]])' {} {}",
      (folder.path() / "mail").string(), header);
  const std::unique_ptr<FILE, int (*)(FILE*)> pipe{popen(command.c_str(), "r"), pclose};
  std::string read;
  for (int c = std::fgetc(pipe.get()); c != EOF && c != '\n'; c = std::fgetc(pipe.get()))
    read += static_cast<char>(c);
  return read;
}

TEST_F(SmtpTest, AMailArrivesAsItWasMeantOverStarttlsWithALogin) {
  const SmtpServer server{{.user = "shop", .password = "pa ss:wörd"}};
  auto login = options(server);
  login.server.user = "shop";
  login.server.password = "pa ss:wörd";
  SmtpMailer mailer{loop_.get_executor(), login, clock_, log_};
  auto sent = mail("zoe@example.com");
  sent.unsubscribe_url = "https://shop.example/u?t=abc";
  EXPECT_EQ(send(mailer, sent), "");
  const auto mails = server.mails();
  ASSERT_EQ(mails.size(), 1U);
  EXPECT_TRUE(mails[0].secure);
  EXPECT_EQ(mails[0].user, "shop");
  EXPECT_EQ(mails[0].helo, "shop.example");
  EXPECT_EQ(mails[0].from, "orders@shop.example");
  EXPECT_EQ(mails[0].text(), sent.text);
  EXPECT_EQ(mails[0].html(), sent.html);
  EXPECT_EQ(mails[0].header("Message-ID"), "<m1@shop.example>");
  EXPECT_EQ(as_read(mails[0], "Subject"), sent.subject);
  EXPECT_EQ(as_read(mails[0], "From"), "Zoës Basar <orders@shop.example>");
  EXPECT_EQ(as_read(mails[0], "To"), "Zoë <zoe@example.com>");
  EXPECT_EQ(mails[0].header("List-Unsubscribe"), "<https://shop.example/u?t=abc>");
  EXPECT_EQ(mails[0].header("List-Unsubscribe-Post"), "List-Unsubscribe=One-Click");
}

TEST_F(SmtpTest, TlsFromTheFirstByte) {
  const SmtpServer server{{.secure = true}};
  SmtpMailer mailer{loop_.get_executor(), options(server), clock_, log_};
  EXPECT_EQ(send(mailer, mail("zoe@example.com")), "");
  EXPECT_TRUE(server.mails().at(0).secure);
}

TEST_F(SmtpTest, NothingGoesInTheClearOrToAStrangerWhereTlsIsRequired) {
  const SmtpServer plain{{.starttls = false}};
  SmtpMailer to_plain{loop_.get_executor(), options(plain), clock_, log_};
  EXPECT_EQ(send(to_plain, mail("zoe@example.com")), "mail_not_tried");
  const SmtpServer stranger;
  auto trusting_nobody = options(stranger);
  trusting_nobody.server.ca_file = "/etc/ssl/certs/ca-certificates.crt";
  SmtpMailer to_stranger{loop_.get_executor(), trusting_nobody, clock_, log_};
  EXPECT_EQ(send(to_stranger, mail("zoe@example.com")), "mail_not_tried");
  EXPECT_TRUE(plain.mails().empty());
  EXPECT_TRUE(stranger.mails().empty());
}

TEST_F(SmtpTest, OpportunisticTakesWhatThereIs) {
  for (const bool starttls : {true, false}) {
    const SmtpServer server{{.starttls = starttls}};
    auto either = options(server);
    either.server.tls = SmtpTls::opportunistic;
    either.server.ca_file.clear();
    SmtpMailer mailer{loop_.get_executor(), either, clock_, log_};
    EXPECT_EQ(send(mailer, mail("zoe@example.com")), "");
    EXPECT_EQ(server.mails().at(0).secure, starttls);
  }
}

TEST_F(SmtpTest, ManyMailsShareFewConnections) {
  const SmtpServer server;
  SmtpMailer mailer{loop_.get_executor(), options(server), clock_, log_};
  std::vector<Task<std::string>> sending;
  for (int i = 0; i < 24; ++i) {
    sending.push_back(code_of(mailer, mail("zoe@example.com", std::to_string(i))));
  }
  EXPECT_THAT(souk::testing::run_all(loop_, std::move(sending)), ::testing::Each(""));
  std::set<std::string> connections;
  std::set<std::string> ids;
  for (const auto& received : server.mails()) {
    connections.insert(received.connection);
    ids.insert(received.header("Message-ID"));
  }
  EXPECT_EQ(ids.size(), 24U);
  EXPECT_LE(connections.size(), 4U);
}

TEST_F(SmtpTest, ForNowAndForGoodAreToldApart) {
  const SmtpServer server;
  SmtpMailer mailer{loop_.get_executor(), options(server), clock_, log_};
  EXPECT_EQ(send(mailer, mail("busy@example.com")), "unavailable");
  EXPECT_EQ(send(mailer, mail("busy@example.com")), "");
  EXPECT_EQ(send(mailer, mail("nobody@example.com")), "no_such_address");
  EXPECT_EQ(send(mailer, mail("blocked@example.com")), "mail_refused");
  EXPECT_EQ(send(mailer, mail("spam@example.com")), "mail_refused");
  EXPECT_EQ(send(mailer, mail("zoe@example.com")), "") << "one refusal spoilt the next mail";
  EXPECT_EQ(send(mailer, mail("zoe@example.com>\r\nRCPT TO:<eve@example.com")), "no_such_address");
  EXPECT_EQ(server.tries("eve@example.com"), 0U);
}

TEST_F(SmtpTest, AnOutcomeThatNobodyToldIsTriedAgainUnderTheSameName) {
  const SmtpServer server;
  SmtpMailer mailer{loop_.get_executor(), options(server), clock_, log_};
  EXPECT_EQ(send(mailer, mail("killed@example.com")), "unavailable");
  EXPECT_EQ(server.tries("killed@example.com"), 1U) << "tried again before anybody could decide";
  EXPECT_EQ(send(mailer, mail("killed@example.com")), "");
  const auto mails = server.mails();
  ASSERT_EQ(mails.size(), 2U);
  EXPECT_EQ(mails[0].header("Message-ID"), mails[1].header("Message-ID"));
}

TEST_F(SmtpTest, AServerThatWasRestartedGetsTheNextMailAtOnce) {
  SmtpServer server;
  SmtpMailer mailer{loop_.get_executor(), options(server), clock_, log_};
  EXPECT_EQ(send(mailer, mail("zoe@example.com", "before")), "");
  server.stop();
  server.start();
  EXPECT_EQ(send(mailer, mail("zoe@example.com", "after")), "");
}

TEST_F(SmtpTest, AServerThatIsAwayIsLeftAlone) {
  SmtpServer server;
  SmtpMailer mailer{loop_.get_executor(), options(server), clock_, log_};
  server.stop();
  EXPECT_EQ(send(mailer, mail("zoe@example.com")), "mail_not_tried");
  server.start();
  EXPECT_EQ(send(mailer, mail("zoe@example.com")), "mail_not_tried") << "asked again at once";
  std::string last;
  for (int i = 0; i < 50 && last != "sent"; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds{100});
    last = send(mailer, mail("zoe@example.com")).empty() ? "sent" : "";
  }
  EXPECT_EQ(last, "sent");
}

TEST_F(SmtpTest, AWrongLoginIsNotTheMailsFault) {
  const SmtpServer server{{.user = "shop", .password = "right"}};
  auto wrong = options(server);
  wrong.server.user = "shop";
  wrong.server.password = "wrong";
  SmtpMailer mailer{loop_.get_executor(), wrong, clock_, log_};
  EXPECT_EQ(send(mailer, mail("zoe@example.com")), "mail_not_tried");
}

TEST_F(SmtpTest, MailsKeepTheirDistance) {
  const SmtpServer server;
  auto slowly = options(server);
  slowly.per_second = 4;
  SmtpMailer mailer{loop_.get_executor(), slowly, clock_, log_};
  std::vector<Task<std::string>> sending;
  for (int i = 0; i < 30; ++i) {
    sending.push_back(code_of(mailer, mail("zoe@example.com", std::to_string(i))));
  }
  const auto start = std::chrono::steady_clock::now();
  const auto codes = souk::testing::run_all(loop_, std::move(sending));
  const auto took = std::chrono::steady_clock::now() - start;
  // Who would wait for more than five seconds goes back to the queue.
  EXPECT_EQ(std::ranges::count(codes, ""), 21);
  EXPECT_EQ(std::ranges::count(codes, "mail_not_tried"), 9);
  EXPECT_GE(took, std::chrono::seconds{5});
}

TEST_F(SmtpTest, AfterTheStopNothingIsBegun) {
  const SmtpServer server;
  SmtpMailer mailer{loop_.get_executor(), options(server), clock_, log_};
  mailer.stop();
  EXPECT_EQ(send(mailer, mail("zoe@example.com")), "mail_not_tried");
  EXPECT_TRUE(server.mails().empty());
}

TEST(SmtpVerdict, FollowsTheServersWords) {
  using enum SmtpStage;
  const auto verdict = [](SmtpStage stage, int code, const char* reply) {
    return judge({.stage = stage, .code = code, .reply = reply});
  };
  EXPECT_EQ(verdict(rcpt_to, 550, "550 5.1.1 unknown"), SmtpVerdict::bad_address);
  EXPECT_EQ(verdict(rcpt_to, 550, "550 no such user"), SmtpVerdict::bad_address);
  EXPECT_EQ(verdict(rcpt_to, 550, "550 5.2.1 disabled"), SmtpVerdict::bad_address);
  EXPECT_EQ(verdict(rcpt_to, 552, "552 5.2.2 full"), SmtpVerdict::refused);
  EXPECT_EQ(verdict(rcpt_to, 554, "554 relay denied"), SmtpVerdict::refused);
  EXPECT_EQ(verdict(rcpt_to, 550, "550 5.7.1 policy"), SmtpVerdict::refused);
  EXPECT_EQ(verdict(rcpt_to, 450, "450 4.2.0 greylisted"), SmtpVerdict::later);
  EXPECT_EQ(verdict(rcpt_to, 421, "421 closing"), SmtpVerdict::not_tried);
  EXPECT_EQ(verdict(mail_from, 530, "530 5.7.0 log in"), SmtpVerdict::not_tried);
  EXPECT_EQ(verdict(connecting, 554, "554 no service"), SmtpVerdict::not_tried);
  EXPECT_EQ(verdict(content, 554, "554 5.6.0 spam"), SmtpVerdict::refused);
  EXPECT_EQ(verdict(content, 354, "354 go on"), SmtpVerdict::later);
  EXPECT_EQ(verdict(data, 250, "250 ok"), SmtpVerdict::not_tried);
  EXPECT_EQ(enhanced_code("550 5.1.10 x"), "5.1.10");
  EXPECT_EQ(enhanced_code("550 5.1 x"), "");
  EXPECT_EQ(enhanced_code("550"), "");
}

TEST(SmtpSettings, AreRefusedWhereTheyWouldNotWork) {
  using Environment = config::Settings::Environment;
  const Environment good{{"SMTP_URL", "smtp://mail.example:587"}, {"MAIL_FROM", "a@shop.example"}};
  const auto code = [&](const Environment& with) {
    auto settings = with;
    settings.insert(good.begin(), good.end());
    try {
      smtp_options(config::Settings{settings});
    } catch (const Error& error) {
      return error.code;
    }
    return std::string{};
  };
  EXPECT_EQ(code({}), "");
  EXPECT_EQ(smtp_options(config::Settings{good}).server.helo_domain, "shop.example");
  EXPECT_EQ(code({{"SMTP_URL", "http://mail.example"}}), "invalid_setting");
  EXPECT_EQ(code({{"SMTP_URL", "smtp://me:secret@mail.example"}}), "invalid_setting");
  EXPECT_EQ(code({{"SMTP_URL", "smtp://"}}), "invalid_setting");
  EXPECT_EQ(code({{"MAIL_FROM", ""}}), "invalid_setting");
  EXPECT_EQ(code({{"MAIL_FROM", "no address"}}), "invalid_setting");
  EXPECT_EQ(code({{"SMTP_USER", "me"}, {"SMTP_TLS", "off"}}), "invalid_setting");
  EXPECT_EQ(code({{"SMTP_USER", "me"}}), "");
  EXPECT_EQ(code({{"SMTP_USER", "me"}, {"SMTP_TLS", "off"}, {"SMTP_URL", "smtp://localhost:25"}}),
            "");
}

}  // namespace
}  // namespace souk::notification
