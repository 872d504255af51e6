#pragma once

#include <iosfwd>
#include <optional>
#include <string>

#include "daemon/report/texts.h"

namespace xuncha {

// `xuncha test-mail`: sends one mail at once by the configuration's mail section, past the outbox, and tells how the
// server answered each step.
struct TestMailQuestion {
  std::string address;
  std::string config_file = "/etc/xuncha/xuncha.yml";
  Language language = Language::kChinese;
};

// kExitClean where the server took it; kExitUsage for an address that is none; kExitConfiguration for a configuration
// that is refused or has no mail section, and where the server refuses login, certificate, sender, recipient or mail;
// kExitUnavailable for what may pass: no server, no answer, "later".
int send_test_mail(const TestMailQuestion& question, std::ostream& out);

}  // namespace xuncha
