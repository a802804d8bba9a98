#include "messaging/private_rabbitmq.hpp"

#include <csignal>
#include <fstream>
#include <stdexcept>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/error.hpp"
#include "process/child.hpp"
#include "testing/scratch.hpp"

namespace souk::messaging {
namespace {

class PrivateRabbitMqTest : public ::testing::Test {
 protected:
  /// Starts a broker in another process and kills that process: the broker stays behind.
  pid_t orphan() const {
    int ends[2];
    if (pipe(ends) != 0) throw std::runtime_error("pipe");
    const pid_t owner = fork();
    if (owner == 0) {
      auto* broker = new PrivateRabbitMq(folder);
      broker->start();
      const pid_t pid = broker->pid();
      (void)!write(ends[1], &pid, sizeof pid);
      for (;;) pause();
    }
    pid_t pid = 0;
    EXPECT_EQ(read(ends[0], &pid, sizeof pid), static_cast<ssize_t>(sizeof pid));
    kill(owner, SIGKILL);
    waitpid(owner, nullptr, 0);
    close(ends[0]);
    close(ends[1]);
    return pid;
  }

  testing::ScratchFolder scratch;
  std::filesystem::path folder = scratch.path();
};

TEST_F(PrivateRabbitMqTest, ComesBackWhereItWasAfterKillNineAndEndsWithItsEpmd) {
  PrivateRabbitMq broker(folder);
  broker.start();
  const auto url = broker.url();
  const auto first = broker.pid();
  EXPECT_EQ(process::name(first), "beam.smp");
  broker.kill_9();
  EXPECT_FALSE(broker.running());
  EXPECT_TRUE(process::gone(first));
  broker.start();
  EXPECT_EQ(broker.url(), url);
  const auto second = broker.pid();
  const auto epmd = broker.epmd_pid();
  EXPECT_EQ(process::name(epmd), "epmd");
  broker.stop();
  EXPECT_TRUE(process::gone(second));
  EXPECT_TRUE(process::gone(epmd));
}

TEST_F(PrivateRabbitMqTest, AdoptsTheBrokerOfAKilledOwner) {
  const auto left = orphan();
  PrivateRabbitMq broker(folder);
  broker.start();
  EXPECT_TRUE(broker.adopted());
  EXPECT_EQ(broker.pid(), left);
  PrivateRabbitMq second(folder);
  try {
    second.start();
    FAIL() << "two owners of one folder";
  } catch (const Error& error) {
    EXPECT_THAT(error.detail, ::testing::HasSubstr("in use"));
  }
  broker.stop();
  EXPECT_TRUE(process::gone(left));
}

TEST_F(PrivateRabbitMqTest, StalePidsOfStrangersAreLeftAlone) {
  const auto stranger = process::spawn({"sleep", "600"}, "/dev/null");
  std::ofstream(folder / "broker.pid") << stranger;
  std::ofstream(folder / "epmd.pid") << stranger;
  boost::asio::io_context loop;
  const boost::asio::ip::tcp::acceptor taken{
      loop, {boost::asio::ip::address_v4::loopback(), 0}, false};
  std::ofstream(folder / "ports") << taken.local_endpoint().port() << " 4369 4369";
  {
    PrivateRabbitMq broker(folder);
    broker.start();
    EXPECT_TRUE(broker.running());
    EXPECT_FALSE(broker.adopted());
    EXPECT_FALSE(broker.url().ends_with(fmt::format(":{}", taken.local_endpoint().port())));
  }
  EXPECT_FALSE(process::gone(stranger));
  kill(stranger, SIGKILL);
  waitpid(stranger, nullptr, 0);
}

}  // namespace
}  // namespace souk::messaging
