#include "tests/support/smtp_server.h"

#include <gtest/gtest.h>
#include <openssl/pem.h>
#include <signal.h>

#include <chrono>
#include <cstdio>
#include <fstream>
#include <thread>
#include <utility>

#include "tests/support/run_program.h"

namespace xuncha::test {

SmtpServer::SmtpServer(const std::string& source_dir, std::vector<std::string> arguments)
    : out_(scratch_.path() / "out") {
  arguments.insert(arguments.begin(), source_dir + "/tests/support/smtp_server.py");
  pid_ = start_program("/usr/bin/python3", arguments, out_, scratch_.path() / "err");
  for (int turn = 0; turn < 4'000 && port == 0; ++turn) {
    std::ifstream file(out_);
    std::string line;
    if (std::getline(file, line) && !file.eof()) std::sscanf(line.c_str(), "port %hu", &port);
    if (port == 0) std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  EXPECT_NE(port, 0) << "the server did not start; see python3-aiosmtpd";
}

SmtpServer::~SmtpServer() {
  ::kill(pid_, SIGKILL);
  wait_program(pid_);
}

std::vector<nlohmann::json> SmtpServer::lines() const {
  std::vector<nlohmann::json> lines;
  std::ifstream file(out_);
  std::string line;
  std::getline(file, line);
  while (std::getline(file, line) && !file.eof()) lines.push_back(nlohmann::json::parse(line));
  return lines;
}

std::vector<nlohmann::json> SmtpServer::mails() const {
  std::vector<nlohmann::json> mails = lines();
  std::erase_if(mails, [](const nlohmann::json& line) { return line.contains("connection"); });
  return mails;
}

SmtpServer::Connections SmtpServer::connections() const {
  Connections connections;
  for (const nlohmann::json& line : lines()) {
    if (!line.contains("connection")) continue;
    const bool opened = line["connection"] == "open";
    connections.open += opened ? 1 : -1;
    connections.total += opened ? 1 : 0;
  }
  return connections;
}

std::string pem_of(const TestIdentity& identity) {
  BIO* const memory = BIO_new(BIO_s_mem());
  PEM_write_bio_X509(memory, identity.certificate.get());
  for (const auto& link : identity.chain) PEM_write_bio_X509(memory, link.get());
  PEM_write_bio_PrivateKey(memory, identity.key.get(), nullptr, nullptr, 0, nullptr, nullptr);
  char* bytes = nullptr;
  const long size = BIO_get_mem_data(memory, &bytes);
  std::string pem(bytes, static_cast<std::size_t>(size));
  BIO_free(memory);
  return pem;
}

}  // namespace xuncha::test
