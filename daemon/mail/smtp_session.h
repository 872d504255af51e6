#pragma once

#include <atomic>
#include <string>

#include "core/clock.h"
#include "core/limits.h"
#include "daemon/mail/mailer.h"

namespace xuncha {

struct SmtpLimits {
  Milliseconds connect = limits::kMailConnectTimeout;
  Milliseconds total = limits::kMailTotalTimeout;              // and not more than the job's patience
  std::string ca_file = "/etc/ssl/certs/ca-certificates.crt";  // the system's; the server's own is trusted as well
};

// Sends one mail over SMTP (RFC 5321) by libcurl and waits for the end: connecting, STARTTLS (RFC 3207) or TLS from the
// start, always verified, AUTH where there is a user, one recipient. Gives up within about a second once `stop` is set.
// Any thread; one call a thread at a time.
MailResult send_by_smtp(const MailJob& job, const SmtpLimits& limits, const std::atomic<bool>& stop);

}  // namespace xuncha
