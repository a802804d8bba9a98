#include <cstdio>
#include <iostream>

#include <fmt/format.h>
#include <termios.h>
#include <unistd.h>

#include "backend.hpp"
#include "commands.hpp"
#include "user/user.pb.h"

namespace souk::app {
namespace {

/// One line from standard input; without echo where that is a terminal.
std::string read_password() {
  const bool terminal = isatty(STDIN_FILENO) != 0;
  termios saved{};
  if (terminal) {
    fmt::print(stderr, "Password: ");
    tcgetattr(STDIN_FILENO, &saved);
    auto quiet = saved;
    quiet.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    tcsetattr(STDIN_FILENO, TCSANOW, &quiet);
  }
  std::string password;
  std::getline(std::cin, password);
  if (terminal) {
    tcsetattr(STDIN_FILENO, TCSANOW, &saved);
    fmt::print(stderr, "\n");
  }
  return password;
}

void create(const std::string& email, const std::string& name) {
  user::v1::CreateAdminRequest request;
  request.set_email(email);
  request.set_full_name(name);
  request.set_password(read_password());
  Backend backend;
  const auto admin = backend.call<user::v1::User>("user-service", "souk.user.v1.UserService",
                                                  "CreateAdmin", request);
  fmt::print("administrator {} created ({})\n", admin.email(), admin.id());
}

}  // namespace

void add_admin(CLI::App& app) {
  auto* admin = app.add_subcommand("admin", "Administrator accounts");
  admin->require_subcommand(1);
  auto* create_command = admin->add_subcommand(
      "create",
      "Create an administrator; the password is read from standard input (8 to 128 characters)");
  auto email = std::make_shared<std::string>();
  auto name = std::make_shared<std::string>("Administrator");
  create_command->add_option("email", *email, "e-mail address")->required();
  create_command->add_option("--name", *name, "full name")->capture_default_str();
  create_command->callback([email, name] { create(*email, *name); });
}

}  // namespace souk::app
