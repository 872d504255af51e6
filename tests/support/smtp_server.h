#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/storage/scratch.h"
#include "tests/support/test_certificates.h"

namespace xuncha::test {

// tests/support/smtp_server.py as a process, ended with it. `source_dir` is the top of the repository; the
// arguments are the script's.
class SmtpServer {
 public:
  SmtpServer(const std::string& source_dir, std::vector<std::string> arguments);
  SmtpServer(const SmtpServer&) = delete;
  SmtpServer& operator=(const SmtpServer&) = delete;
  ~SmtpServer();

  // The mails that it has taken so far, in order.
  std::vector<nlohmann::json> mails() const;
  // With --connections: those that are open now, and all that there were.
  struct Connections {
    int open = 0;
    int total = 0;
  };
  Connections connections() const;

  std::uint16_t port = 0;  // 0: it did not start

 private:
  std::vector<nlohmann::json> lines() const;

  Scratch scratch_;
  std::string out_;
  int pid_ = -1;
};

// Key and certificates in one PEM text, as servers want them.
std::string pem_of(const TestIdentity& identity);

}  // namespace xuncha::test
